#include "core/image/load_record.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/store/store.h"

static const struct store_layer *find_layer(const struct store_layer *layers, size_t count, const char *id)
{
    for (size_t i = 0; id && i < count; i++)
        if (!strcmp(layers[i].id, id))
            return &layers[i];
    return NULL;
}

/* Sizes of the layers, base first: the chain from the top is as long as the configuration says, or shorter. */
static void take_sizes(struct arena *arena, struct image *image, const struct store_layer *layers, size_t count, int64_t **ret_sizes)
{
    int64_t *sizes = arena_array(arena, image->layers.count + 1, sizeof *sizes);
    size_t at = image->layers.count, steps = 0; /* a file of the store that runs in circles ends too */
    for (const struct store_layer *layer = find_layer(layers, count, image->top_layer); layer && steps++ < count;
         layer = find_layer(layers, count, layer->parent)) {
        image->size += layer->diff_size;
        if (at)
            sizes[--at] = layer->diff_size;
    }
    *ret_sizes = sizes;
}

static void take_history(struct arena *arena, struct image *image, const struct image_config *config, const int64_t *sizes)
{
    size_t layer = 0;
    image->history.items = arena_array(arena, config->history.count, sizeof *image->history.items);
    for (size_t i = 0; i < config->history.count; i++) {
        const struct image_step *step = &config->history.items[i];
        image->history.items[image->history.count++] = (struct image_history){
            .created_unix_ns = step->created,
            .created_by = str_or(step->created_by, ""),
            .comment = str_or(step->comment, ""),
            .author = str_or(step->author, ""),
            .empty_layer = step->empty_layer,
            .size = !step->empty_layer && layer < image->layers.count ? sizes[layer++] : 0,
        };
    }
}

static void take_config(struct image *image, const struct image_config *config)
{
    const struct image_config_run *run = &config->config;
    image->parent = str_or(config->parent, "");
    if (str_starts(image->parent, "sha256:"))
        image->parent += strlen("sha256:");
    if (config->created)
        image->created_unix_ns = config->created;
    image->os = str_or(config->os, "linux");
    image->architecture = str_or(config->architecture, "");
    image->variant = str_or(config->variant, "");
    image->author = str_or(config->author, "");
    image->comment = str_or(config->comment, "");
    image->docker_version = str_or(config->docker_version, "");
    image->layers = config->rootfs.diff_ids;
    image->entrypoint = run->entrypoint;
    image->command = run->command;
    image->env = run->env;
    image->exposed_ports = run->exposed_ports;
    image->volumes = run->volumes;
    image->shell = run->shell;
    image->on_build = run->on_build;
    image->user = str_or(run->user, "");
    image->workdir = str_or(run->workdir, "");
    image->stop_signal = str_or(run->stop_signal, "");
    image->labels = run->labels;
    image->health = run->health;
}

static const char *repository_of(struct arena *arena, const char *name)
{
    const char *colon = strrchr(name, ':'), *slash = strrchr(name, '/');
    return colon && (!slash || colon > slash) ? arena_strndup(arena, name, (size_t)(colon - name)) : name;
}

void image_names_from_record(struct arena *arena, const struct store_image *record, struct str_list *ret_names,
                             struct str_list *ret_digests)
{
    struct str_list names = { 0 }, digests = { 0 };
    for (size_t i = 0; i < record->names.count; i++) /* a pull by digest names the image "repository@sha256:…" */
        str_list_add(arena, strchr(record->names.items[i], '@') ? &digests : &names, record->names.items[i]);
    for (size_t i = 0; i < names.count; i++) {
        const char *repository = repository_of(arena, names.items[i]);
        for (size_t j = 0; j < record->data_count; j++) {
            if (!str_starts(record->data[j].key, "manifest") || str_empty(record->data[j].digest))
                continue;
            const char *text = arena_printf(arena, "%s@%s", repository, record->data[j].digest);
            if (!str_list_has(&digests, text))
                str_list_add(arena, &digests, text);
        }
    }
    *ret_names = names;
    *ret_digests = digests;
}

/* An index is stored as an image without configuration. */
static int read_documents(struct engine *engine, struct arena *arena, const char *id, struct image *image, const struct image_config **ret_config,
                          struct error **err)
{
    static const struct image_config nothing;
    size_t len;
    autoerror *none = NULL;
    const char *manifest = store_image_data(engine->store, arena, id, "manifest", &len, &none);
    image->manifest_json = str_or(manifest, "{}");
    *ret_config = &nothing;
    struct str_list unknown = { 0 };
    error_clear(&none);
    const struct image_manifest *decoded =
        schema_decode(arena, image_manifest_schema(), image->manifest_json, strlen(image->manifest_json), SCHEMA_LIMITS, &unknown, &none);
    image->manifest_type = decoded ? str_or(decoded->media_type, decoded->layers.count ? MEDIA_OCI_MANIFEST : MEDIA_OCI_INDEX) : MEDIA_OCI_INDEX;
    image->config_json = store_image_data(engine->store, arena, id, arena_printf(arena, "sha256:%s", id), &len, err);
    if (!image->config_json) {
        if ((*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
        image->config_json = "{}";
        return 0;
    }
    *ret_config = schema_decode(arena, image_config_schema(), image->config_json, len, SCHEMA_LIMITS, NULL, err);
    return *ret_config ? 0 : error_wrap(err, "configuration of image %s", id);
}

int image_from_record(struct engine *engine, struct arena *arena, const struct store_image *record, const struct store_layer *layers,
                      unsigned long layer_count, struct image *ret_image, struct error **err)
{
    struct image image = {
        .id = record->id,
        .digest = str_or(record->digest, ""),
        .top_layer = str_or(record->layer, ""),
        .created_unix_ns = record->created_unix_ns,
    };
    const struct image_config *config;
    int64_t *sizes;
    if (read_documents(engine, arena, record->id, &image, &config, err) < 0)
        return -1;
    take_config(&image, config);
    take_sizes(arena, &image, layers, layer_count, &sizes);
    take_history(arena, &image, config, sizes);
    image_names_from_record(arena, record, &image.names, &image.repo_digests);
    *ret_image = image;
    return 0;
}
