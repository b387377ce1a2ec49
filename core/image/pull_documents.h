#pragma once
/* The documents of an image at a registry: index, manifest, configuration. Private to core/image. */
#include "core/image/assemble.h"

struct image_config;
struct image_manifest;
struct platform;
struct registry_link;

struct pull_documents {
    struct image_parts parts; /* all but staged and names */
    const struct image_manifest *manifest;
    const struct image_config *config;
    const char *digest; /* of what the name stands for: the index, else the manifest */
};

/* @reference: tag or digest. Arena. ERROR_NOT_FOUND: no such name, or nothing in it for the platform; ERROR_INVALID: it
 * is no image; ERROR_UNSUPPORTED: an image in a form that is not read. And what registry_get_manifest() says. */
int pull_documents_read(struct registry_link *link, struct arena *arena, const char *reference,
                        const struct platform *platform, struct pull_documents *ret_documents, struct error **err);
