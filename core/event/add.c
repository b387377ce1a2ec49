#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/attributes.h"
#include "core/event/event.h"
#include "core/event/retain.h"
#include "core/state/state.h"

#define MAX_ATTRIBUTES_BYTES (256u << 10)
#define ROW_BYTES 64 /* what a row takes beside its texts, about */

/* Each row knows how many bytes of events there were with it: what is to go is found without counting. */
static const char insert[] = "INSERT INTO events (time, type, action, actor_id, attributes, total) VALUES (?1, ?2, ?3, ?4, ?5,"
                             " ?6 + coalesce((SELECT total FROM events ORDER BY id DESC LIMIT 1), 0))";

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
    int64_t bytes = (int64_t)(strlen(type) + strlen(action) + strlen(actor_id) + strlen(buf_text(&text)) + ROW_BYTES);
    if (state_exec(engine->state, err, insert, "issssi", clock_now(), type, action, actor_id, buf_text(&text), bytes) < 0)
        return -1;
    return event_forget_old(engine, err);
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
