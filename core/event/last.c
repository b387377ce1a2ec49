#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/attributes.h"
#include "core/event/event.h"
#include "core/state/state.h"

/* From the newest on: what is asked for happened a moment ago, mostly. */
static int read_text(struct engine *engine, struct arena *arena, const char *action, const char *actor_id,
                     const char **ret_text, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT attributes FROM events WHERE actor_id = ?1 AND action = ?2"
                                       " ORDER BY id DESC LIMIT 1", err);
    int row = -1;
    if (stmt) {
        sqlite3_bind_text(stmt, 1, actor_id, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(stmt, 2, action, -1, SQLITE_TRANSIENT);
        row = state_step(engine->state, stmt, err);
    }
    if (row > 0) {
        *ret_text = arena_strdup(arena, state_text(stmt, 0));
        sqlite3_reset(stmt);
    }
    state_unlock(engine->state);
    return row;
}

int event_last(struct engine *engine, struct arena *arena, const char *action, const char *actor_id,
               struct str_map *ret_attributes, struct error **err)
{
    const char *text = NULL;
    int row = read_text(engine, arena, action, actor_id, &text, err);
    if (row <= 0)
        return row;
    const struct event_attributes *read =
        schema_decode(arena, event_attributes_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, err);
    if (!read)
        return -1;
    *ret_attributes = read->attributes;
    return 1;
}
