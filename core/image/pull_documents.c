#include "core/image/pull_documents.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/sink.h"
#include "core/image/documents.h"
#include "core/image/platform.h"
#include "core/registry/registry.h"

#define MAX_LAYERS 4096

static bool is_any(const char *type, const char *one, const char *other)
{
    return str_eq(type, one) || str_eq(type, other);
}

static bool is_digest(const char *text)
{
    return str_starts(text, "sha256:") && strlen(text) == 7 + 64 && str_is_hex(text + 7);
}

/* A document says itself what it is, or its header does, or what is in it. One that can be read both ways is refused:
 * the one who signed or scanned it may have read it the other way. */
static int is_index(const struct registry_manifest *document, const struct image_index *index,
                    const struct image_manifest *manifest, struct error **err)
{
    const char *type = str_or(manifest->media_type, document->media_type);
    if (index->manifests.count && (manifest->layers.count || !str_empty(manifest->config.digest)))
        return error_set(err, ERROR_INVALID, 0, "manifest %s: it is both an index and a manifest", document->digest);
    if (manifest->schema_version == 1)
        return error_set(err, ERROR_UNSUPPORTED, 0,
                         "manifest %s: schema version 1 is not supported: push the image again with a newer client",
                         document->digest);
    if (is_any(type, MEDIA_OCI_INDEX, MEDIA_DOCKER_LIST))
        return 1;
    return !is_any(type, MEDIA_OCI_MANIFEST, MEDIA_DOCKER_MANIFEST) && index->manifests.count;
}

/* 1: *ret_index is set; 0: *ret_manifest is. */
static int read_document(struct arena *arena, const struct registry_manifest *document,
                         const struct image_index **ret_index, const struct image_manifest **ret_manifest,
                         struct error **err)
{
    *ret_index = schema_decode(arena, image_index_schema(), document->text, document->len, SCHEMA_LIMITS, NULL, err);
    *ret_manifest = *ret_index ? schema_decode(arena, image_manifest_schema(), document->text, document->len,
                                               SCHEMA_LIMITS, NULL, err)
                               : NULL;
    if (!*ret_manifest)
        return error_wrap(err, "manifest %s", document->digest);
    return is_index(document, *ret_index, *ret_manifest, err);
}

static const char *choose(const struct image_index *index, const struct platform *platform, struct error **err)
{
    const struct image_index_entry *chosen = platform_choose(index, platform);
    if (!chosen) {
        error_set(err, ERROR_NOT_FOUND, 0,
                  "no image found in image index for architecture \"%s\", variant \"%s\", OS \"%s\"",
                  platform->architecture, platform->variant, platform->os);
        return NULL;
    }
    if (is_digest(chosen->digest))
        return chosen->digest;
    error_set(err, ERROR_INVALID, 0, "image index: digest \"%s\": expected sha256: and 64 hex digits", chosen->digest);
    return NULL;
}

static int check_descriptor(const struct image_descriptor *descriptor, const char *what, struct error **err)
{
    if (!is_digest(str_or(descriptor->digest, "")))
        return error_set(err, ERROR_INVALID, 0, "%s: digest \"%s\": expected sha256: and 64 hex digits", what,
                         str_or(descriptor->digest, ""));
    if (descriptor->size < 0)
        return error_set(err, ERROR_INVALID, 0, "%s %s: size %lld: expected bytes", what, descriptor->digest,
                         (long long)descriptor->size);
    if (str_ends(str_or(descriptor->media_type, ""), "+encrypted"))
        return error_set(err, ERROR_UNSUPPORTED, 0, "%s %s: it is encrypted, which is not supported", what,
                         descriptor->digest);
    return 0;
}

static int check_manifest(const struct image_manifest *manifest, struct error **err)
{
    if (check_descriptor(&manifest->config, "configuration", err) < 0)
        return -1;
    if (manifest->layers.count > MAX_LAYERS)
        return error_set(err, ERROR_INVALID, 0, "manifest: %zu layers: expected at most %d", manifest->layers.count,
                         MAX_LAYERS);
    for (size_t i = 0; i < manifest->layers.count; i++)
        if (check_descriptor(&manifest->layers.items[i], "layer", err) < 0)
            return -1;
    return 0;
}

static int read_all(const struct source *from, struct buf *into, struct error **err)
{
    for (;;) {
        char *room = buf_reserve(into, 16384);
        if (!room)
            return error_set(err, ERROR_TOO_LARGE, 0, "it has more than %zu bytes", into->max);
        long n = from->read(from->context, room, 16384, err);
        if (n <= 0)
            return (int)n;
        into->len += (size_t)n;
    }
}

static int read_config(struct registry_link *link, struct arena *arena, const struct image_descriptor *descriptor,
                       struct image_document *ret_document, struct error **err)
{
    struct registry_blob *blob =
        registry_open_blob(link, descriptor->digest, descriptor->size ? descriptor->size : -1, err);
    if (!blob)
        return error_wrap(err, "configuration");
    autobuf text = BUF(IMAGE_MAX_DOCUMENT);
    struct source source = registry_blob_source(blob);
    int result = read_all(&source, &text, err);
    registry_close_blob(blob);
    if (result < 0)
        return error_wrap(err, "configuration %s", descriptor->digest);
    *ret_document = (struct image_document){ arena_strndup(arena, buf_text(&text), text.len), text.len };
    const char *got = image_digest(arena, ret_document);
    if (strcmp(got, descriptor->digest) != 0)
        return error_set(err, ERROR_INVALID, 0, "configuration %s: its digest is %s", descriptor->digest, got);
    return 0;
}

static int read_image(struct registry_link *link, struct arena *arena, struct pull_documents *documents,
                      struct error **err)
{
    if (check_manifest(documents->manifest, err) < 0 ||
        read_config(link, arena, &documents->manifest->config, &documents->parts.config, err) < 0)
        return -1;
    const struct image_config *config = image_read_config(arena, &documents->parts.config, err);
    if (!config)
        return -1;
    documents->config = config;
    documents->parts.diff_ids = config->rootfs.diff_ids;
    if (config->rootfs.diff_ids.count != documents->manifest->layers.count)
        return error_set(err, ERROR_INVALID, 0, "the manifest has %zu layers, the image's configuration says %zu",
                         documents->manifest->layers.count, config->rootfs.diff_ids.count);
    return 0;
}

int pull_documents_read(struct registry_link *link, struct arena *arena, const char *reference,
                        const struct platform *platform, struct pull_documents *ret_documents, struct error **err)
{
    struct pull_documents documents = { 0 };
    struct registry_manifest document;
    const struct image_index *index;
    if (registry_get_manifest(link, arena, reference, &document, err) < 0)
        return -1;
    documents.digest = document.digest;
    int kind = read_document(arena, &document, &index, &documents.manifest, err);
    if (kind < 0)
        return -1;
    if (kind == 1) {
        documents.parts.index = (struct image_document){ document.text, document.len };
        const char *chosen = choose(index, platform, err);
        if (!chosen || registry_get_manifest(link, arena, chosen, &document, err) < 0)
            return -1;
        kind = read_document(arena, &document, &index, &documents.manifest, err);
        if (kind != 0)
            return kind < 0
                       ? -1
                       : error_set(err, ERROR_UNSUPPORTED, 0, "manifest %s: an index in an index", document.digest);
    }
    documents.parts.manifest = (struct image_document){ document.text, document.len };
    if (read_image(link, arena, &documents, err) < 0)
        return -1;
    *ret_documents = documents;
    return 0;
}
