#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/exec/rows.h"
#include "core/container/exec/session.h"
#include "core/engine.h"
#include "core/state/state.h"

int exec_find(struct engine *engine, struct arena *arena, const char *id, struct exec_session *ret_session,
              struct error **err)
{
    if (exec_row_get(engine, arena, id, ret_session, err) < 0)
        return -1;
    if (!ret_session->running)
        return 0;
    /* It may have ended a moment ago, or while nobody could record it. */
    autoerror *late = NULL;
    if (exec_settle(engine, arena, ret_session, &late) < 0) {
        log_debug("exec session %s: %s", id, late->message);
        return 0;
    }
    return exec_row_get(engine, arena, id, ret_session, err);
}

int exec_list(struct engine *engine, struct arena *arena, const char *container_id, struct str_list *ret_ids,
              struct error **err)
{
    struct str_list ids = { 0 };
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt =
        state_prepare(engine->state, "SELECT id FROM execs WHERE container_id = ? ORDER BY created", err);
    int rc = stmt ? 1 : -1;
    if (stmt)
        sqlite3_bind_text(stmt, 1, container_id, -1, SQLITE_TRANSIENT);
    while (rc == 1 && (rc = state_step(engine->state, stmt, err)) == 1)
        str_list_add(arena, &ids, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    if (rc < 0)
        return -1;
    *ret_ids = ids;
    return 0;
}
