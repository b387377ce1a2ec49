#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/sink.h"
#include "core/engine.h"
#include "core/image/assemble.h"
#include "core/image/change.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/image/new_name.h"
#include "core/image/platform.h"
#include "core/image/tell.h"
#include "core/store/store.h"

struct commit {
    struct engine *engine;
    struct arena *arena;
    const struct image_commit_options *options;
    const struct image *base; /* NULL: none */
    const char *name;
    struct image_config config;
    struct image_layer_size *sizes; /* of all layers, base first */
};

static bool has_change(const struct str_list *changes, const char *word)
{
    for (size_t i = 0; i < changes->count; i++)
        if (!strncasecmp(changes->items[i] + strspn(changes->items[i], " \t\n"), word, strlen(word)))
            return true;
    return false;
}

/* A new entrypoint does not get the arguments that were another's. */
static int apply_changes(struct arena *arena, const struct image_commit_options *options, struct image_config_run *run, struct error **err)
{
    *run = *options->run;
    if (has_change(&options->changes, "ENTRYPOINT") && !has_change(&options->changes, "CMD"))
        run->command = (struct str_list){ 0 };
    for (size_t i = 0; i < options->changes.count; i++)
        if (image_change(arena, run, options->changes.items[i], err) < 0)
            return -1;
    return 0;
}

int image_commit_check(struct arena *arena, const struct image_commit_options *options, struct error **err)
{
    const char *name;
    struct image_config_run run;
    return image_new_name(arena, options->reference, options->docker, &name, err) < 0 ? -1 : apply_changes(arena, options, &run, err);
}

/* ---- what it stands on ---- */

static const struct store_layer *find_layer(const struct store_layer *layers, size_t count, const char *id)
{
    for (size_t i = 0; id && i < count; i++)
        if (!strcmp(layers[i].id, id))
            return &layers[i];
    return NULL;
}

/* Bytes of the plain tars, as the store knows them: from the top down. */
static int read_sizes(struct commit *commit, struct error **err)
{
    struct store_layer *layers;
    size_t count, left = commit->base ? commit->base->layers.count : 0;
    commit->sizes = arena_array(commit->arena, left + 1, sizeof *commit->sizes);
    if (store_layers(commit->engine->store, commit->arena, &layers, &count, err) < 0)
        return -1;
    const struct store_layer *layer = commit->base ? find_layer(layers, count, commit->base->top_layer) : NULL;
    for (; left; left--) {
        commit->sizes[left - 1] = (struct image_layer_size){ commit->base->layers.items[left - 1], layer ? layer->diff_size : 0 };
        layer = layer ? find_layer(layers, count, layer->parent) : NULL;
    }
    return 0;
}

/* The base's own configuration: what it says of the machine, its layers and how they were made. */
static int read_base(struct commit *commit, struct error **err)
{
    if (!commit->options->base) {
        struct platform platform;
        if (platform_parse(commit->arena, NULL, &platform, err) < 0)
            return -1;
        commit->config = (struct image_config){ .architecture = platform.architecture, .os = platform.os, .variant = platform.variant };
        return 0;
    }
    const char *key = arena_printf(commit->arena, "sha256:%s", commit->options->base);
    commit->base = image_find(commit->engine, commit->arena, key, false, err);
    if (!commit->base)
        return -1;
    const struct image_document document = { commit->base->config_json, strlen(commit->base->config_json) };
    const struct image_config *config = image_read_config(commit->arena, &document, err);
    if (!config)
        return -1;
    commit->config = *config;
    commit->config.docker_version = NULL;
    commit->config.parent = key;
    return 0;
}

/* ---- what is new ---- */

static void add_step(struct commit *commit)
{
    struct image_config *config = &commit->config;
    const struct image_commit_options *options = commit->options;
    struct image_step *steps = arena_array(commit->arena, config->history.count + 1, sizeof *steps);
    if (config->history.count)
        memcpy(steps, config->history.items, config->history.count * sizeof *steps);
    steps[config->history.count++] = (struct image_step){
        .created = config->created, .created_by = options->created_by, .author = options->author, .comment = options->comment,
    };
    config->history.items = steps;
}

static struct image_document write_config(struct commit *commit, const char *diff_digest)
{
    struct image_config *config = &commit->config;
    config->rootfs.type = "layers";
    config->rootfs.diff_ids = str_list_copy(commit->arena, &config->rootfs.diff_ids);
    str_list_add(commit->arena, &config->rootfs.diff_ids, arena_strdup(commit->arena, diff_digest));
    if (!commit->options->docker_format)
        config->parent = NULL;
    add_step(commit);
    autobuf out = BUF(IMAGE_MAX_DOCUMENT);
    schema_encode(&out, image_config_schema(), config, SCHEMA_NEWEST);
    return (struct image_document){ arena_strndup(commit->arena, buf_text(&out), out.len), out.len };
}

static int put(struct commit *commit, struct store_staged *staged, char ret_id[65], struct error **err)
{
    size_t below = commit->config.rootfs.diff_ids.count;
    struct store_staged **all = arena_array(commit->arena, below + 1, sizeof *all);
    struct image_parts parts = { .staged = all, .base_layer = commit->base && below ? commit->base->top_layer : NULL };
    memset(all, 0, (below + 1) * sizeof *all);
    all[below] = staged;
    commit->sizes[below] = (struct image_layer_size){ store_staged_diff_digest(staged), store_staged_diff_size(staged) };
    parts.config = write_config(commit, commit->sizes[below].digest);
    parts.manifest = image_write_manifest(commit->arena, &parts.config, commit->sizes, below + 1, commit->options->docker_format);
    parts.diff_ids = commit->config.rootfs.diff_ids;
    if (*commit->name)
        str_list_add(commit->arena, &parts.names, commit->name);
    return image_assemble(commit->engine, commit->arena, &parts, ret_id, err);
}

static int prepare(struct commit *commit, struct error **err)
{
    const struct image_commit_options *options = commit->options;
    if (image_new_name(commit->arena, options->reference, options->docker, &commit->name, err) < 0 || read_base(commit, err) < 0 ||
        read_sizes(commit, err) < 0 || apply_changes(commit->arena, options, &commit->config.config, err) < 0)
        return -1;
    commit->config.created = clock_now();
    commit->config.author = options->author;
    commit->config.comment = options->comment;
    return 0;
}

int image_commit(struct engine *engine, struct arena *arena, const struct source *from, const struct image_commit_options *options,
                 char ret_id[65], const char **ret_name, struct error **err)
{
    static const struct store_stage_options staging = { .compressed_size = -1 };
    struct commit commit = { .engine = engine, .arena = arena, .options = options };
    if (prepare(&commit, err) < 0)
        return -1;
    struct store_staged *staged = store_stage_layer(engine->store, from, &staging, err);
    if (!staged)
        return -1;
    int rc = put(&commit, staged, ret_id, err);
    store_staged_free(staged);
    if (rc < 0)
        return -1;
    *ret_name = commit.name;
    return *commit.name ? image_tell(engine, arena, "tag", ret_id, commit.name, err) : 0;
}
