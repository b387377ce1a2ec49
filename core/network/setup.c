/* netavark's part: up, down, and repair of what nobody took down. */
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/network/namespace.h"
#include "core/network/netavark.h"
#include "core/network/network.h"
#include "core/state/state.h"

#define MAX_REQUEST (4u << 20)

int network_setup(struct engine *engine, struct arena *arena, const struct container *ctr, struct network_plan *plan, struct error **err)
{
    const char *path = netavark_request_path(engine, arena, ctr->id);
    if (str_empty(plan->request))
        return 0;
    /* Before the act: whoever comes after a crash knows what to take down. Half a file is fine: nothing was set up
     * then. */
    if (path_mkdirs(arena_printf(arena, "%s/netavark", engine->run_dir), 0700, err) < 0 ||
        path_write_inplace(path, plan->request, strlen(plan->request), 0600, err) < 0)
        return -1;
    return netavark_run(engine, arena, "setup", plan->request, plan->netns_path, err);
}

/* Within the transaction. */
static int free_each(struct engine *engine, struct arena *arena, const char *container_id, const struct container *ctr, struct error **err)
{
    for (size_t i = 0; ctr && i < ctr->addresses.count; i++)
        if (network_member_event(engine, arena, "disconnect", ctr, &ctr->addresses.items[i], false, err) < 0)
            return -1;
    if (state_exec(engine->state, err, "DELETE FROM leases WHERE container_id = ?1", "s", container_id) < 0)
        return -1;
    return state_exec(engine->state, err, "DELETE FROM ports WHERE container_id = ?1", "s", container_id);
}

static int free_rows(struct engine *engine, struct arena *arena, const char *container_id, const struct container *ctr, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (!rc) {
        rc = free_each(engine, arena, container_id, ctr, err);
        if (rc < 0)
            state_rollback(engine->state);
        else
            rc = state_commit(engine->state, err);
    }
    state_unlock(engine->state);
    return rc;
}

/* @ctr: NULL when it is gone, and with it what there was to tell */
static int take_down(struct engine *engine, struct arena *arena, const char *container_id, const struct container *ctr, struct error **err)
{
    const char *path = netavark_request_path(engine, arena, container_id);
    const char *netns = arena_printf(arena, "%s/netns/%s", engine->run_dir, container_id);
    autoerror *none = NULL;
    autofree char *request = path_read(path, MAX_REQUEST, NULL, &none);
    if (request && path_exists(netns)) {
        autoerror *failure = NULL; /* what was never set up cannot be taken down; the rest is gone all the same */
        if (netavark_run(engine, arena, "teardown", request, netns, &failure) < 0)
            log_debug("container %s: %s", container_id, failure->message);
    }
    namespace_remove(netns);
    unlink(path);
    return free_rows(engine, arena, container_id, ctr, err);
}

int network_teardown(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    const char *mode = str_or(ctr->spec->network_mode, "bridge");
    if (!strcmp(mode, "none") || !strcmp(mode, "host") || str_starts(mode, "container:") || str_starts(mode, "ns:"))
        return 0;
    return take_down(engine, arena, ctr->id, ctr, err);
}

/* Containers that hold addresses, ports or namespaces without running. */
static int list_stale(struct engine *engine, struct arena *arena, struct str_list *ret_ids, struct error **err)
{
    _Static_assert(CONTAINER_STARTING == 2 && CONTAINER_RUNNING == 3 && CONTAINER_PAUSED == 4, "the statement below names states by number");
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT container_id FROM leases UNION SELECT container_id FROM ports EXCEPT"
                                       " SELECT id FROM containers WHERE state IN (2, 3, 4)", err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_ids, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

int network_repair(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list ids = { 0 };
    if (list_stale(engine, arena, &ids, err) < 0)
        return -1;
    for (size_t i = 0; i < ids.count; i++)
        if (take_down(engine, arena, ids.items[i], NULL, err) < 0)
            return -1;
    return 0;
}
