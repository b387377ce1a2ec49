#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/network/network.h"

/* Somebody may have begun to use it or removed it since the list was made: then it is not ours to remove. */
static int prune_one(struct engine *engine, const struct network *network, const struct network_remove_options *options,
                     bool *ret_removed, struct error **err)
{
    *ret_removed = network_remove(engine, network->id, options, err) == 0;
    if (*ret_removed)
        return 0;
    if ((*err)->kind != ERROR_CONFLICT && (*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 0;
}

int network_prune(struct engine *engine, struct arena *arena, const struct network_filters *filters, bool running_only,
                  struct str_list *ret_names, struct error **err)
{
    const struct network_remove_options options = { .running_only = running_only };
    struct network *networks;
    size_t count;
    struct str_list names = { 0 };
    if (network_list(engine, arena, &networks, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        bool removed;
        if (network_is_default(engine, &networks[i]) || !network_matches(filters, &networks[i], false, false))
            continue;
        if (prune_one(engine, &networks[i], &options, &removed, err) < 0)
            return -1;
        if (removed)
            str_list_add(arena, &names, networks[i].name);
    }
    *ret_names = names;
    return event_add_pruned(engine, "network", 0, err);
}
