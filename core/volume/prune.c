#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/volume/volume.h"

/* Somebody may have used or removed it since the list was made: then it is not ours to remove. */
static int prune_one(struct engine *engine, const struct volume *volume, bool *ret_removed, int64_t *ret_bytes,
                     struct error **err)
{
    autoerror *unknown = NULL;
    *ret_bytes = 0;
    if (volume_size(engine, volume, ret_bytes, &unknown) < 0 || *ret_bytes < 0)
        *ret_bytes = 0;
    *ret_removed = volume_remove(engine, volume->name, err) == 0;
    if (*ret_removed)
        return 0;
    if ((*err)->kind != ERROR_CONFLICT && (*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 0;
}

static int tell(struct engine *engine, struct arena *arena, int64_t bytes, struct error **err)
{
    struct str_pair pair = { "reclaimed", arena_printf(arena, "%lld", (long long)bytes) };
    const struct str_map attributes = { &pair, 1 };
    return event_add_now(engine, "volume", "prune", "", &attributes, err);
}

int volume_prune(struct engine *engine, struct arena *arena, const struct volume_filters *filters,
                 struct volume_pruned **ret_pruned, size_t *ret_count, struct error **err)
{
    struct volume_list list;
    struct volume_filters unused = *filters;
    int64_t bytes = 0;
    size_t count = 0;
    bool removed;
    str_list_add(arena, &unused.dangling, "true");
    if (volume_list(engine, arena, &unused, &list, err) < 0)
        return -1;
    struct volume_pruned *pruned = arena_array(arena, list.count, sizeof *pruned);
    for (size_t i = 0; i < list.count; i++) {
        pruned[count].name = list.items[i].name;
        if (prune_one(engine, &list.items[i], &removed, &pruned[count].bytes, err) < 0)
            return -1;
        if (removed)
            bytes += pruned[count++].bytes;
    }
    *ret_pruned = pruned;
    *ret_count = count;
    return tell(engine, arena, bytes, err);
}
