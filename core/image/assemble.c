#include "core/image/assemble.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/engine.h"
#include "core/image/documents.h"
#include "core/store/store.h"

#define MEDIA_DOCKER_CONFIG "application/vnd.docker.container.image.v1+json"
#define MEDIA_DOCKER_LAYER "application/vnd.docker.image.rootfs.diff.tar"
#define MAX_LAYERS 4096

const char *image_digest(struct arena *arena, const struct image_document *document)
{
    char hex[ID_HEX_SIZE];
    sha256_hex(document->text, document->len, hex);
    return arena_printf(arena, "sha256:%s", hex);
}

static bool is_digest(const char *text)
{
    return text && str_starts(text, "sha256:") && strlen(text) == 7 + 64 && str_is_hex(text + 7);
}

const struct image_config *image_read_config(struct arena *arena, const struct image_document *document,
                                             struct error **err)
{
    const struct image_config *config =
        schema_decode(arena, image_config_schema(), document->text, document->len, SCHEMA_LIMITS, NULL, err);
    if (!config) {
        error_wrap(err, "the image's configuration");
        return NULL;
    }
    const struct str_list *layers = &config->rootfs.diff_ids;
    if (layers->count > MAX_LAYERS) {
        error_set(err, ERROR_INVALID, 0, "the image's configuration has %zu layers: expected at most %d", layers->count,
                  MAX_LAYERS);
        return NULL;
    }
    for (size_t i = 0; i < layers->count; i++) {
        if (is_digest(layers->items[i]))
            continue;
        error_set(err, ERROR_INVALID, 0, "rootfs.diff_ids[%zu]: \"%s\": expected sha256: and 64 hex digits", i,
                  layers->items[i]);
        return NULL;
    }
    return config;
}

struct str_list image_layer_ids(struct arena *arena, const struct str_list *diff_ids)
{
    struct str_list ids = { 0 };
    const char *parent = NULL;
    for (size_t i = 0; i < diff_ids->count; i++) {
        char *id = arena_zalloc(arena, ID_HEX_SIZE);
        store_layer_id(parent, diff_ids->items[i], id);
        str_list_add(arena, &ids, id);
        parent = id;
    }
    return ids;
}

static int commit_layers(struct engine *engine, struct arena *arena, const struct image_parts *parts,
                         const char **ret_top, struct error **err)
{
    struct str_list ids = image_layer_ids(arena, &parts->diff_ids);
    const char *parent = parts->base_layer;
    if (parent) {
        char *id = arena_zalloc(arena, ID_HEX_SIZE);
        *ret_top = id;
        return store_commit_layer(engine->store, parts->staged[ids.count - 1], parent, id, err);
    }
    for (size_t i = 0; i < ids.count; i++) {
        char id[ID_HEX_SIZE];
        if (parts->staged[i] && store_commit_layer(engine->store, parts->staged[i], parent, id, err) < 0)
            return -1;
        parent = ids.items[i];
    }
    *ret_top = parent;
    return 0;
}

int image_assemble(struct engine *engine, struct arena *arena, const struct image_parts *parts, char ret_id[65],
                   struct error **err)
{
    const struct image_config *config = image_read_config(arena, &parts->config, err);
    const char *top;
    if (!config || commit_layers(engine, arena, parts, &top, err) < 0)
        return -1;
    const char *config_digest = image_digest(arena, &parts->config);
    const char *manifest_digest = image_digest(arena, &parts->manifest);
    struct store_blob blobs[4] = {
        { config_digest, parts->config.text, parts->config.len },
        { "manifest", parts->manifest.text, parts->manifest.len },
        { arena_printf(arena, "manifest-%s", manifest_digest), parts->manifest.text, parts->manifest.len },
    };
    size_t count = 3;
    if (parts->index.text)
        blobs[count++] = (struct store_blob){
            arena_printf(arena, "manifest-%s", image_digest(arena, &parts->index)), parts->index.text, parts->index.len
        };
    const struct store_new_image image = {
        .id = config_digest + strlen("sha256:"),
        .digest = manifest_digest,
        .layer = top,
        .names = parts->names,
        .created_unix_ns = config->created,
        .data = blobs,
        .data_count = count,
    };
    memcpy(ret_id, image.id, ID_HEX_SIZE);
    return store_put_image(engine->store, &image, err);
}

struct image_document image_write_manifest(struct arena *arena, const struct image_document *config,
                                           const struct image_layer_size *layers, size_t count, int docker)
{
    struct image_manifest manifest = {
        .schema_version = 2,
        .media_type = docker ? MEDIA_DOCKER_MANIFEST : MEDIA_OCI_MANIFEST,
        .config = { docker ? MEDIA_DOCKER_CONFIG : MEDIA_OCI_CONFIG, image_digest(arena, config), (int64_t)config->len },
    };
    manifest.layers.items = arena_array(arena, count + 1, sizeof *manifest.layers.items);
    for (size_t i = 0; i < count; i++)
        manifest.layers.items[manifest.layers.count++] = (struct image_descriptor){
            docker ? MEDIA_DOCKER_LAYER : MEDIA_OCI_LAYER, layers[i].digest, layers[i].size
        };
    autobuf out = BUF(IMAGE_MAX_DOCUMENT);
    schema_encode(&out, image_manifest_schema(), &manifest, SCHEMA_NEWEST);
    return (struct image_document){ arena_strndup(arena, buf_text(&out), out.len), out.len };
}
