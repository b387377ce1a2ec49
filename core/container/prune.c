#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/event/event.h"

static bool is_at_rest(const struct container *ctr)
{
    return ctr->state == CONTAINER_CREATED || ctr->state == CONTAINER_EXITED || ctr->state == CONTAINER_DEAD ||
           ctr->state == CONTAINER_INITIALIZED;
}

/* Somebody may have started or removed it since the list was made: then it is not ours to remove. */
static int prune_one(struct engine *engine, const struct container *ctr, bool *ret_removed, int64_t *ret_bytes,
                     struct error **err)
{
    static const struct container_remove_options options;
    autoerror *unknown = NULL;
    *ret_bytes = 0;
    container_rw_size(engine, ctr, ret_bytes, &unknown);
    *ret_removed = container_remove(engine, ctr->id, &options, err) == 0;
    if (*ret_removed)
        return 0;
    if ((*err)->kind != ERROR_CONFLICT && (*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 0;
}

int container_prune(struct engine *engine, struct arena *arena, const struct container_filters *filters,
                    struct str_list *ret_ids, int64_t **ret_sizes, int64_t *ret_bytes, struct error **err)
{
    autocontainers list = { 0 };
    struct str_list ids = { 0 };
    int64_t bytes = 0, freed;
    bool removed;
    if (container_list(engine, filters, true, 0, &list, err) < 0)
        return -1;
    int64_t *sizes = arena_array(arena, list.count + 1, sizeof *sizes);
    for (size_t i = 0; i < list.count; i++) {
        if (!is_at_rest(list.items[i]))
            continue;
        if (prune_one(engine, list.items[i], &removed, &freed, err) < 0)
            return -1;
        if (!removed)
            continue;
        sizes[ids.count] = freed;
        str_list_add(arena, &ids, arena_strdup(arena, list.items[i]->id));
        bytes += freed;
    }
    if (event_add_pruned(engine, "container", bytes, err) < 0)
        return -1;
    *ret_ids = ids;
    if (ret_sizes)
        *ret_sizes = sizes;
    *ret_bytes = bytes;
    return 0;
}
