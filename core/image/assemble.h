#pragma once
/* From documents and unpacked layers to an image in the store. Private to core/image. */
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;
struct image_config;
struct store_staged;

struct image_document {
    const char *text; /* the very bytes */
    size_t len;
};

struct image_parts {
    struct image_document config, manifest;
    struct image_document index; /* that the manifest was chosen from; text NULL: none */
    struct str_list diff_ids;    /* base first */
    /* One for each diff id; NULL where the store has the layer already. Borrowed. */
    struct store_staged **staged;
    struct str_list names; /* full references */
    /* A layer of the store that all but the last diff id are, whatever its id: commits of others have random ones. NULL:
     * the ids follow from the diff ids */
    const char *base_layer;
};

/* The configuration's own rows, checked: linux, diff ids that are digests. Arena. */
const struct image_config *image_read_config(struct arena *arena, const struct image_document *document, struct error **err);
/* "sha256:…" of a document; arena */
const char *image_digest(struct arena *arena, const struct image_document *document);
/* Ids that the store gives layers with these diff ids; arena. */
struct str_list image_layer_ids(struct arena *arena, const struct str_list *diff_ids);
/* Moves the layers in place, then makes the record. @ret_id: hex of the configuration's digest */
int image_assemble(struct engine *engine, struct arena *arena, const struct image_parts *parts, char ret_id[65], struct error **err);

struct image_layer_size {
    const char *digest; /* "sha256:…" of the plain tar */
    int64_t size;
};
/* A manifest for layers that are stored as plain tars. @docker: schema 2, else OCI. */
struct image_document image_write_manifest(struct arena *arena, const struct image_document *config,
                                           const struct image_layer_size *layers, size_t count, int docker);
