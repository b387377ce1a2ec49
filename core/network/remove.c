#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/engine.h"
#include "core/network/default.h"
#include "core/network/document.h"
#include "core/network/events.h"
#include "core/network/network.h"
#include "core/network/rules.h"
#include "core/state/state.h"

#define MAX_NAMED 8 /* containers in a message */

static int in_use(struct arena *arena, const struct network *network, const struct container_list *users, struct error **err)
{
    struct str_list names = { 0 };
    for (size_t i = 0; i < users->count && i < MAX_NAMED; i++)
        str_list_add(arena, &names, users->items[i]->name);
    if (users->count > MAX_NAMED)
        str_list_add(arena, &names, arena_printf(arena, "%zu more", users->count - MAX_NAMED));
    return error_set_about(err, ERROR_CONFLICT, "network in use", network->name,
                           "network %s id %s has active endpoints: it is used by %s", network->name, network->id,
                           str_join(arena, &names, ", "));
}

/* They may be gone by now: so much the better. */
static int remove_users(struct engine *engine, const struct container_list *users, const int64_t *timeout_s, struct error **err)
{
    const struct container_remove_options options = { .force = true, .ignore = true, .timeout_s = timeout_s };
    for (size_t i = 0; i < users->count; i++)
        if (container_remove(engine, users->items[i]->id, &options, err) < 0)
            return -1;
    return 0;
}

static int free_users(struct engine *engine, struct arena *arena, const struct network *network,
                      const struct network_remove_options *options, struct error **err)
{
    autocontainers users = { 0 };
    if (network_users(engine, network, options->running_only && !options->force, &users, err) < 0)
        return -1;
    if (!users.count)
        return 0;
    return options->force ? remove_users(engine, &users, options->timeout_s, err) : in_use(arena, network, &users, err);
}

static int forget_leases(struct engine *engine, const struct network *network, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "DELETE FROM lease_last WHERE network = ?1", "s", network->name);
    state_unlock(engine->state);
    return rc;
}

int network_remove(struct engine *engine, const char *key, const struct network_remove_options *options, struct error **err)
{
    autoarena *arena = arena_new();
    const struct network *network = network_find(engine, arena, key, err);
    if (!network)
        return -1;
    if (network_is_default(engine, network))
        return error_set_about(err, ERROR_FORBIDDEN, "network", network->name, "default network %s cannot be removed", network->name);
    /* Its bridge goes with the last container's endpoint. */
    if (free_users(engine, arena, network, options, err) < 0 || network_finish_all(engine, NULL, true, NULL, err) < 0)
        return -1;
    rules_drop(engine, arena, network); /* before the file goes: after a kill here, the next removal does it again */
    autofd lock = lock_file(arena_printf(arena, "%s/.lock", network_dir(engine, arena)), true, err);
    if (lock < 0 || forget_leases(engine, network, err) < 0)
        return -1;
    /* The file is the network: with it goes the rest. */
    if (unlink(network_document_path(engine, arena, network->name)) < 0)
        return errno == ENOENT ? error_set_about(err, ERROR_NOT_FOUND, "network", key, "network %s not found", key)
                               : error_set(err, ERROR_INTERNAL, errno, "removing %s", network_document_path(engine, arena, network->name));
    return network_event(engine, network, "destroy", err);
}
