/* Hosts files of containers that run: of one, and of those that have names for others. */
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/networks.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/store/store.h"

static int refresh(struct engine *engine, const char *id, struct error **err)
{
    autoarena *arena = arena_new();
    /* Others write it too, who do not have the container's lock: who writes last is to have read last. */
    autofd lock = lock_file(arena_printf(arena, "%s/files.lock", engine->run_dir), true, err);
    autocontainer *ctr = lock < 0 ? NULL : row_get(engine, id, err);
    if (!ctr)
        return -1;
    if (!ctr->pid)
        return 0; /* its next start writes them */
    return network_refresh_files(engine, ctr, store_container_run_dir(engine->store, arena, id), err);
}

void container_refresh_files(struct engine *engine, const char *id)
{
    autoerror *err = NULL;
    if (refresh(engine, id, &err) < 0 && err->kind != ERROR_NOT_FOUND)
        log_warn("container %s: %s", id, err->message);
}

static int list_linkers(struct engine *engine, struct arena *arena, struct str_list *ret_ids, struct error **err)
{
    _Static_assert(CONTAINER_RUNNING == 3 && CONTAINER_PAUSED == 4 && CONTAINER_INITIALIZED == 9, "the statement below names states by number");
    if (!state_lock(engine->state, err))
        return -1;
    /* In a text inside of the document the quotes would have backslashes. */
    sqlite3_stmt *stmt =
        state_prepare(engine->state, "SELECT id FROM containers WHERE state IN (3, 4, 9) AND instr(spec, '\"links\":[')", err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_ids, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

void container_tell_linkers(struct engine *engine)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct str_list ids = { 0 };
    if (list_linkers(engine, arena, &ids, &err) < 0)
        log_warn("hosts of containers with links: %s", err->message);
    for (size_t i = 0; i < ids.count; i++)
        container_refresh_files(engine, ids.items[i]);
}
