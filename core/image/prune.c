#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/image/image.h"
#include "core/image/unused.h"
#include "core/store/store.h"

struct pruning {
    struct engine *engine;
    struct arena *arena;
    bool docker;
    struct image_pruned *items;
    size_t count;
    int64_t bytes;
};

/* Bytes of those of the image's layers that are not in the store any more. */
static int64_t gone_bytes(struct pruning *pruning, const struct store_layer *then, size_t then_count, const char *top)
{
    int64_t total = 0;
    for (const char *id = top; !str_empty(id);) {
        const struct store_layer *layer = NULL;
        autoerror *gone = NULL;
        for (size_t i = 0; i < then_count && !layer; i++)
            if (!strcmp(then[i].id, id))
                layer = &then[i];
        if (!layer || store_layer(pruning->engine->store, pruning->arena, id, &gone))
            break;
        total += layer->diff_size;
        id = layer->parent;
    }
    return total;
}

/* Somebody may have removed it or made a container of it since the list was made: then it is not ours to remove. */
static int prune_one(struct pruning *pruning, const char *id, struct error **err)
{
    struct image_pruned *item = &pruning->items[pruning->count];
    struct store_layer *layers;
    size_t count;
    if (store_layers(pruning->engine->store, pruning->arena, &layers, &count, err) < 0)
        return -1;
    autoerror *skipped = NULL;
    const struct store_image *record = store_image(pruning->engine->store, pruning->arena, id, &skipped);
    if (!record)
        return 0;
    if (image_remove_unused(pruning->engine, pruning->arena, record, pruning->docker, &item->removal, &skipped) < 0) {
        if (skipped->kind == ERROR_CONFLICT || skipped->kind == ERROR_NOT_FOUND)
            return 0;
        *err = skipped;
        skipped = NULL;
        return -1;
    }
    item->id = record->id;
    item->size = gone_bytes(pruning, layers, count, record->layer);
    pruning->bytes += item->size;
    pruning->count++;
    return 0;
}

int image_prune(struct engine *engine, struct arena *arena, const struct image_filters *filters, bool all, bool docker,
                struct image_pruned **ret_items, size_t *ret_count, int64_t *ret_bytes, struct error **err)
{
    struct image_filters chosen = *filters;
    struct image *images;
    size_t count;
    chosen.containers = "false";
    if (!all)
        chosen.dangling = "true";
    if (image_list(engine, arena, &chosen, true, docker, &images, &count, err) < 0)
        return -1;
    struct pruning pruning = { .engine = engine, .arena = arena, .docker = docker };
    pruning.items = arena_array(arena, count + 1, sizeof *pruning.items);
    for (size_t i = 0; i < count; i++)
        if (prune_one(&pruning, images[i].id, err) < 0)
            return -1;
    if (event_add_pruned(engine, "image", pruning.bytes, err) < 0)
        return -1;
    *ret_items = pruning.items;
    *ret_count = pruning.count;
    *ret_bytes = pruning.bytes;
    return 0;
}

int image_remove_damaged(struct engine *engine, struct arena *arena, const char *id, struct error **err)
{
    struct image_removal removal;
    const struct store_image *record = store_image(engine->store, arena, id, err);
    return record ? image_remove_unused(engine, arena, record, false, &removal, err) : -1;
}
