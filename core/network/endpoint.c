#include "core/network/endpoint.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/namespace.h"
#include "core/network/netavark.h"
#include "core/network/network.h"
#include "core/state/state.h"

#define MAX_REQUEST (4u << 20)
#define LINGER_MS 500

_Static_assert(CONTAINER_STARTING == 2 && CONTAINER_RUNNING == 3 && CONTAINER_PAUSED == 4 && CONTAINER_INITIALIZED == 9, "statements below name states by number");

static const char *endpoints_dir(struct engine *engine, struct arena *arena)
{
    return arena_printf(arena, "%s/endpoints", engine->run_dir);
}

static const char *endpoint_path(struct engine *engine, struct arena *arena, const char *container_id)
{
    return arena_printf(arena, "%s/%s", endpoints_dir(engine, arena), container_id);
}

static int lock_endpoint(struct engine *engine, struct arena *arena, const char *container_id, const char *purpose, bool wait,
                         struct error **err)
{
    return lock_object(endpoints_dir(engine, arena), container_id, purpose, wait, err);
}

/* ---- rows ---- */

/* Within the transaction. */
static int tell_each(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err)
{
    for (size_t i = 0; i < ctr->addresses.count; i++)
        if (network_member_event(engine, arena, "disconnect", ctr, &ctr->addresses.items[i], false, err) < 0)
            return -1;
    return 0;
}

static int free_each(struct engine *engine, const char *container_id, struct error **err)
{
    if (state_exec(engine->state, err, "DELETE FROM leases WHERE container_id = ?1", "s", container_id) < 0)
        return -1;
    return state_exec(engine->state, err, "DELETE FROM ports WHERE container_id = ?1", "s", container_id);
}

static int finish_transaction(struct engine *engine, int rc, struct error **err)
{
    if (rc < 0)
        state_rollback(engine->state);
    else
        rc = state_commit(engine->state, err);
    state_unlock(engine->state);
    return rc;
}

static int begin_transaction(struct engine *engine, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    if (state_begin(engine->state, err) == 0)
        return 0;
    state_unlock(engine->state);
    return -1;
}

static bool is_bridged(const struct container *ctr)
{
    const char *mode = str_or(ctr->spec->network_mode, "bridge");
    return strcmp(mode, "none") != 0 && strcmp(mode, "host") != 0 && !str_starts(mode, "container:") && !str_starts(mode, "ns:");
}

int network_leave(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    if (!is_bridged(ctr) || !ctr->addresses.count)
        return 0;
    if (begin_transaction(engine, err) < 0)
        return -1;
    return finish_transaction(engine, tell_each(engine, arena, ctr, err), err);
}

/* ---- taking down, with the endpoint locked ---- */

static int free_rows(struct engine *engine, const char *container_id, struct error **err)
{
    if (begin_transaction(engine, err) < 0)
        return -1;
    return finish_transaction(engine, free_each(engine, container_id, err), err);
}

static int take_down(struct engine *engine, struct arena *arena, const char *container_id, struct error **err)
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
    return free_rows(engine, container_id, err);
}

static int take_down_last(struct engine *engine, struct arena *arena, const char *container_id, struct error **err)
{
    if (take_down(engine, arena, container_id, err) < 0)
        return -1;
    unlink(endpoint_path(engine, arena, container_id));
    return 0;
}

int endpoint_make(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    bool is_new = !path_exists(endpoint_path(engine, arena, ctr->id));
    autofd lock = lock_endpoint(engine, arena, ctr->id, "setup", true, err);
    if (lock < 0)
        return -1;
    return is_new ? 0 : take_down(engine, arena, ctr->id, err);
}

int network_teardown(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    if (!is_bridged(ctr))
        return 0;
    autofd lock = lock_endpoint(engine, arena, ctr->id, "teardown", true, err);
    return lock < 0 ? -1 : take_down_last(engine, arena, ctr->id, err);
}

/* ---- whoever comes by ---- */

/* 1 it is not up (or gone), 0 it is */
static int is_down(struct engine *engine, const char *container_id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT 1 FROM containers WHERE id = ?1 AND state IN (2, 3, 4, 9)", err);
    if (stmt)
        sqlite3_bind_text(stmt, 1, container_id, -1, SQLITE_TRANSIENT);
    int row = stmt ? state_step(engine->state, stmt, err) : -1;
    state_unlock(engine->state);
    return row < 0 ? -1 : !row;
}

/* With the endpoint locked; @lock: what locking said. */
static int finish_locked(struct engine *engine, struct arena *arena, const char *container_id, int lock, struct error **err)
{
    if (lock < 0)
        return lock == -2 ? 0 : -1;
    int down = is_down(engine, container_id, err); /* a start says so in its row before it waits for this lock */
    return down <= 0 ? down : take_down_last(engine, arena, container_id, err);
}

int network_finish(struct engine *engine, const char *container_id, bool wait, struct error **err)
{
    autoarena *arena = arena_new();
    autofd lock = lock_object_there(endpoints_dir(engine, arena), container_id, "teardown", wait, err);
    return finish_locked(engine, arena, container_id, lock, err);
}

/* The networks of one that is the last on each of them and has published no port; else none. */
static int list_lonely(struct engine *engine, struct arena *arena, const char *container_id, struct str_list *ret_networks, struct error **err)
{
    static const char sql[] = "SELECT network FROM leases WHERE container_id = ?1 AND NOT EXISTS (SELECT 1 FROM ports WHERE container_id = ?1)"
                              " AND NOT EXISTS (SELECT 1 FROM leases own JOIN leases other USING (network)"
                              " WHERE own.container_id = ?1 AND other.container_id <> ?1)";
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, sql, err);
    int row = stmt ? 1 : -1;
    if (stmt)
        sqlite3_bind_text(stmt, 1, container_id, -1, SQLITE_TRANSIENT);
    while (row > 0 && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_networks, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

/* Whether nobody could meet it, by a port or a name, and its bridge would go with it. */
static bool may_stay(struct engine *engine, struct arena *arena, const char *container_id)
{
    struct str_list networks = { 0 };
    autoerror *unclear = NULL; /* then it goes */
    if (list_lonely(engine, arena, container_id, &networks, &unclear) < 0)
        return false;
    for (size_t i = 0; i < networks.count; i++) {
        const struct network *network = network_find(engine, arena, networks.items[i], &unclear);
        if (!network || network->dns)
            return false;
    }
    return networks.count > 0;
}

int network_finish_late(struct engine *engine, const char *container_id, struct error **err)
{
    autoarena *arena = arena_new();
    if (!path_exists(endpoint_path(engine, arena, container_id)))
        return 0;
    if (may_stay(engine, arena, container_id))
        poll(NULL, 0, LINGER_MS); /* whoever wants it sooner takes it down */
    return network_finish(engine, container_id, true, err);
}

static int list_holders(struct engine *engine, struct arena *arena, struct str_list *ret_ids, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT container_id FROM leases UNION SELECT container_id FROM ports EXCEPT"
                                       " SELECT id FROM containers WHERE state IN (2, 3, 4, 9)",
                                       err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_ids, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

/* After a boot there are rows without endpoints; endpoints without rows have no address of ours. */
static int list_left(struct engine *engine, struct arena *arena, struct str_list *ret_ids, struct error **err)
{
    struct str_list names = { 0 };
    if (list_holders(engine, arena, ret_ids, err) < 0)
        return -1;
    lock_object_names(endpoints_dir(engine, arena), arena, &names);
    for (size_t i = 0; i < names.count; i++) {
        int down = is_down(engine, names.items[i], err);
        if (down < 0)
            return -1;
        if (down && !str_list_has(ret_ids, names.items[i]))
            str_list_add(arena, ret_ids, names.items[i]);
    }
    return 0;
}

int network_finish_all(struct engine *engine, const char *except_id, bool wait, size_t *ret_count, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list ids = { 0 };
    size_t count = 0;
    if (list_left(engine, arena, &ids, err) < 0)
        return -1;
    for (size_t i = 0; i < ids.count; i++) {
        if (str_eq(ids.items[i], except_id))
            continue;
        autofd lock = lock_endpoint(engine, arena, ids.items[i], "teardown", wait, err);
        if (finish_locked(engine, arena, ids.items[i], lock, err) < 0)
            return -1;
        count++;
    }
    if (ret_count)
        *ret_count = count;
    return 0;
}
