#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/attributes.h"
#include "core/event/event.h"
#include "core/state/state.h"

#define MAX_ATTRIBUTES_BYTES (256u << 10)
/* Old events go when the table holds more rows than this; looked at once in so many ids. */
#define KEEP_EVENTS 200000
#define LOOK_EVERY 1024

static int forget_old(struct engine *engine, int64_t newest, struct error **err)
{
    if (newest % LOOK_EVERY || newest <= KEEP_EVENTS)
        return 0;
    return state_exec(engine->state, err, "DELETE FROM events WHERE id <= ?1", "i", newest - KEEP_EVENTS);
}

int event_add(struct engine *engine, const char *type, const char *action, const char *actor_id, const struct str_map *attributes,
              struct error **err)
{
    struct event_attributes row = { 0 };
    if (attributes)
        row.attributes = *attributes;
    autobuf text = BUF(MAX_ATTRIBUTES_BYTES);
    schema_encode(&text, event_attributes_schema(), &row, SCHEMA_NEWEST);
    if (text.full) /* labels without end: the event is told without them */
        strcpy(text.data, "{}");
    if (state_exec(engine->state, err, "INSERT INTO events (time, type, action, actor_id, attributes) VALUES (?1, ?2, ?3, ?4, ?5)", "issss",
                   clock_now(), type, action, actor_id, buf_text(&text)) < 0)
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT last_insert_rowid()", err);
    if (!stmt || state_step(engine->state, stmt, err) < 0)
        return -1;
    int64_t newest = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return forget_old(engine, newest, err);
}

int event_add_now(struct engine *engine, const char *type, const char *action, const char *actor_id,
                  const struct str_map *attributes, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (!rc) {
        rc = event_add(engine, type, action, actor_id, attributes, err);
        if (rc < 0)
            state_rollback(engine->state);
        else
            rc = state_commit(engine->state, err);
    }
    state_unlock(engine->state);
    return rc;
}

int event_add_pruned(struct engine *engine, const char *type, int64_t reclaimed_bytes, struct error **err)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)reclaimed_bytes);
    struct str_pair reclaimed = { "reclaimed", text };
    return event_add_now(engine, type, "prune", "", &(struct str_map){ &reclaimed, 1 }, err);
}
