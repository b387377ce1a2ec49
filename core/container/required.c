#include "core/container/required.h"

#include <sqlite3.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/state/state.h"

int required_resolve(struct engine *engine, struct arena *arena, struct container_spec *spec, struct error **err)
{
    struct str_list ids = { 0 };
    for (size_t i = 0; i < spec->required.count; i++) {
        autocontainer *other = container_find(engine, spec->required.items[i], err);
        if (!other) {
            (*err)->kind = (*err)->kind == ERROR_NOT_FOUND ? ERROR_INVALID : (*err)->kind;
            return error_wrap(err, "dependencyContainers");
        }
        if (!str_list_has(&ids, other->id))
            str_list_add(arena, &ids, arena_strdup(arena, other->id));
    }
    spec->required = ids;
    return 0;
}

int required_check_unused(struct engine *engine, const struct container *ctr, struct error **err)
{
    static const char sql[] = "SELECT group_concat(c.name, ', ') FROM containers c, json_each(c.spec, '$.required') need"
                              " WHERE instr(c.spec, '\"required\":[') AND need.value = ?1 AND c.state != ?2 HAVING count(*)";
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, sql, err);
    if (stmt) {
        sqlite3_bind_text(stmt, 1, ctr->id, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(stmt, 2, CONTAINER_REMOVING);
    }
    int row = stmt ? state_step(engine->state, stmt, err) : -1;
    if (row > 0)
        row = error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                              "container %s has dependent containers which must be removed before it: %s", ctr->name, state_text(stmt, 0));
    state_unlock(engine->state);
    return row;
}
