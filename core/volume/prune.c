#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/volume/volume.h"

/* false: somebody has used or removed it since the list was made, so it is not ours to remove. */
static bool prune_one(struct engine *engine, struct arena *arena, const struct volume *volume, struct volume_pruned *ret_pruned)
{
    autoerror *unknown = NULL, *failure = NULL;
    *ret_pruned = (struct volume_pruned){ .name = volume->name };
    if (volume_size(engine, volume, &ret_pruned->bytes, &unknown) < 0 || ret_pruned->bytes < 0)
        ret_pruned->bytes = 0;
    if (volume_remove(engine, volume->name, false, &failure) == 0)
        return true;
    if (str_eq(failure->noun, "volume")) /* in use, or not there */
        return false;
    ret_pruned->bytes = 0;
    ret_pruned->error = arena_strdup(arena, failure->message);
    return true;
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
    str_list_add(arena, &unused.dangling, "true");
    if (volume_list(engine, arena, &unused, &list, err) < 0)
        return -1;
    struct volume_pruned *pruned = arena_array(arena, list.count, sizeof *pruned);
    for (size_t i = 0; i < list.count; i++)
        if (prune_one(engine, arena, &list.items[i], &pruned[count]))
            bytes += pruned[count++].bytes;
    *ret_pruned = pruned;
    *ret_count = count;
    return tell(engine, arena, bytes, err);
}
