#include "core/container/ports.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/engine.h"

static int list_holders(struct engine *engine, struct arena *arena, const struct container *ctr,
                        struct str_list *ret_ids, struct error **err)
{
    _Static_assert(CONTAINER_RESTARTING == 5 && CONTAINER_EXITED == 6 && CONTAINER_REMOVING == 7,
                   "the statement below names states by number");
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT id FROM containers WHERE state IN (5, 6, 7) AND id <> ?1 AND id IN"
                                       " (SELECT container_id FROM ports UNION SELECT container_id FROM leases)",
                                       err);
    int row = stmt ? 1 : -1;
    if (stmt)
        sqlite3_bind_text(stmt, 1, ctr->id, -1, SQLITE_TRANSIENT);
    while (row > 0 && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_ids, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

/* Its exit handler has the lock until all is down; one that was killed in the middle is finished here. */
static void await_one(struct engine *engine, const char *id)
{
    autoerror *err = NULL;
    autofd lock = container_lock(engine, id, "ports", &err);
    autocontainer *ctr = lock < 0 ? NULL : container_repair(engine, id, &err);
    if (!ctr && err->kind != ERROR_NOT_FOUND)
        log_debug("ports of container %s: %s", id, err->message);
}

bool container_await_ports(struct engine *engine, const struct container *ctr)
{
    autoarena *arena = arena_new();
    autoerror *ignored = NULL; /* the conflict itself is what the caller reports */
    struct str_list ids = { 0 };
    if (list_holders(engine, arena, ctr, &ids, &ignored) < 0)
        return false;
    for (size_t i = 0; i < ids.count; i++)
        await_one(engine, ids.items[i]);
    return ids.count > 0;
}
