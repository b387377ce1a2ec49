#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/sink.h"
#include "core/engine.h"
#include "core/event/attributes.h"
#include "core/event/event.h"
#include "core/event/filter.h"
#include "core/state/bell.h"
#include "core/state/state.h"

#define BATCH 256 /* rows read under the database's mutex at a time */

struct batch {
    struct event events[BATCH];
    size_t count;
};

static void read_row(struct arena *arena, sqlite3_stmt *stmt, struct event *event)
{
    autoerror *ignored = NULL; /* our own writing; an unreadable one is shown without attributes */
    const char *text = state_text(stmt, 5);
    const struct event_attributes *row =
        schema_decode(arena, event_attributes_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &ignored);
    *event = (struct event){
        .id = sqlite3_column_int64(stmt, 0),
        .time_unix_ns = sqlite3_column_int64(stmt, 1),
        .type = arena_strdup(arena, state_text(stmt, 2)),
        .action = arena_strdup(arena, state_text(stmt, 3)),
        .actor_id = arena_strdup(arena, state_text(stmt, 4)),
        .attributes = row ? row->attributes : (struct str_map){ 0 },
    };
}

static int read_batch(struct engine *engine, struct arena *arena, int64_t after_id, const struct event_query *query, struct batch *batch,
                      struct error **err)
{
    batch->count = 0;
    if (!state_lock(engine->state, err))
        return -1;
    int row = -1;
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT id, time, type, action, actor_id, attributes FROM events"
                                       " WHERE id > ?1 AND time >= ?2 AND (?3 = 0 OR time <= ?3) ORDER BY id LIMIT ?4", err);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, after_id);
        sqlite3_bind_int64(stmt, 2, query->since_unix_ns);
        sqlite3_bind_int64(stmt, 3, query->until_unix_ns);
        sqlite3_bind_int64(stmt, 4, BATCH);
        while ((row = state_step(engine->state, stmt, err)) > 0)
            read_row(arena, stmt, &batch->events[batch->count++]);
    }
    state_unlock(engine->state);
    return row;
}

int event_newest(struct engine *engine, int64_t *ret_id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT coalesce(max(id), 0) FROM events", err);
    int row = stmt ? state_step(engine->state, stmt, err) : -1;
    if (row > 0) {
        *ret_id = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    state_unlock(engine->state);
    return row < 0 ? -1 : 0;
}

/* Milliseconds until the stream is over: -1 never, 0 now. */
static int time_left(const struct event_query *query)
{
    if (!query->stream)
        return 0;
    if (!query->until_unix_ns)
        return -1;
    int64_t left = query->until_unix_ns - clock_now();
    if (left <= 0)
        return 0;
    left = left / 1000000 + 1;
    return left > 1 << 30 ? 1 << 30 : (int)left;
}

static int send_all(struct engine *engine, struct arena *arena, const struct event_query *query, int64_t *after_id,
                    int (*each)(void *context, const struct event *event, struct error **err), void *context, struct error **err)
{
    struct batch *batch = arena_zalloc(arena, sizeof *batch);
    do {
        if (read_batch(engine, arena, *after_id, query, batch, err) < 0)
            return -1;
        for (size_t i = 0; i < batch->count; i++) {
            *after_id = batch->events[i].id;
            if (event_matches(&query->filters, &batch->events[i]) && each(context, &batch->events[i], err))
                return -1;
        }
    } while (batch->count == BATCH);
    return 0;
}

static int follow(struct engine *engine, const struct event_query *query, const struct sink *sink, int bell,
                  int (*each)(void *context, const struct event *event, struct error **err), void *context, struct error **err)
{
    autoarena *arena = arena_new();
    int64_t after_id = query->after_id;
    for (;;) {
        if (send_all(engine, arena, query, &after_id, each, context, err) < 0)
            return *err ? -1 : 0; /* the callback had enough */
        arena_reset(arena);
        int left = time_left(query);
        if (!left || !sink->wait(sink->context, bell, left))
            return 0;
        eventfd_t rings;
        eventfd_read(bell, &rings);
    }
}

int event_follow(struct engine *engine, const struct event_query *query, const struct sink *sink,
                 int (*each)(void *context, const struct event *event, struct error **err), void *context, struct error **err)
{
    int bell = -1;
    if (query->stream) {
        bell = bell_listen(engine->bell, err);
        if (bell < 0)
            return -1;
    }
    int rc = follow(engine, query, sink, bell, each, context, err);
    bell_unlisten(engine->bell, bell);
    return rc;
}
