#include <errno.h>
#include <stdio.h>
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

int event_is_forgotten(struct engine *engine, int64_t unix_ns, bool *ret_forgotten, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT id, time FROM events ORDER BY id LIMIT 1", err);
    int row = stmt ? state_step(engine->state, stmt, err) : -1;
    *ret_forgotten = row > 0 && sqlite3_column_int64(stmt, 0) > 1 && sqlite3_column_int64(stmt, 1) > unix_ns;
    if (row > 0)
        sqlite3_reset(stmt);
    state_unlock(engine->state);
    return row < 0 ? -1 : 0;
}

struct following {
    struct engine *engine;
    const struct event_query *query;
    const struct sink *sink;
    int (*each)(void *context, const struct event *event, struct error **err);
    void *context;
    int bell;
    int64_t after_id;
    int64_t told_ns; /* when something was told last, monotonic */
};

static int tell(struct following *following, const struct event *event, struct error **err)
{
    following->told_ns = clock_monotonic();
    return following->each(following->context, event, err);
}

static int tell_numbers(struct following *following, const char *action, int64_t id, const char *first, int64_t first_value,
                        const char *second, int64_t second_value, struct error **err)
{
    char texts[2][24];
    struct str_pair pairs[] = { { first, texts[0] }, { second, texts[1] } };
    snprintf(texts[0], sizeof texts[0], "%lld", (long long)first_value);
    snprintf(texts[1], sizeof texts[1], "%lld", (long long)second_value);
    const struct event event = {
        .id = id,
        .time_unix_ns = clock_now(),
        .type = "daemon",
        .action = action,
        .actor_id = "",
        .attributes = { pairs, first ? 2 : 0 },
    };
    return tell(following, &event, err);
}

/* Ids have no holes: one that is missing was forgotten. */
static int tell_gap(struct following *following, const struct batch *batch, struct error **err)
{
    int64_t next = following->after_id + 1;
    if (!following->query->resumes || following->query->since_unix_ns || !batch->count || batch->events[0].id == next)
        return 0;
    int64_t last = batch->events[0].id - 1;
    return tell_numbers(following, EVENT_GAP, last, "from", next, "to", last, err);
}

static int check_place(struct following *following, struct error **err)
{
    int64_t newest;
    if (!following->query->resumes)
        return 0;
    if (event_newest(following->engine, &newest, err) < 0)
        return -1;
    if (following->after_id <= newest)
        return 0;
    int64_t asked = following->after_id;
    following->after_id = newest;
    return tell_numbers(following, EVENT_GAP, newest, "asked", asked, "newest", newest, err);
}

/* Milliseconds until something is to be done without an event: -1 never, 0 the stream is over. */
static int time_left(const struct following *following)
{
    const struct event_query *query = following->query;
    int64_t left = INT64_MAX;
    if (!query->stream)
        return 0;
    if (query->until_unix_ns) {
        left = query->until_unix_ns - clock_now();
        if (left <= 0)
            return 0;
    }
    if (query->heartbeat_ms) {
        int64_t beat = following->told_ns + query->heartbeat_ms * 1000000 - clock_monotonic();
        left = beat < 0 ? 1 : beat < left ? beat : left;
    }
    if (left == INT64_MAX)
        return -1;
    left = left / 1000000 + 1;
    return left > 1 << 30 ? 1 << 30 : (int)left;
}

static int beat(struct following *following, struct error **err)
{
    int64_t interval = following->query->heartbeat_ms * 1000000;
    if (!interval || clock_monotonic() - following->told_ns < interval)
        return 0;
    return tell_numbers(following, EVENT_HEARTBEAT, following->after_id, NULL, 0, NULL, 0, err);
}

static int tell_batch(struct following *following, const struct batch *batch, struct error **err)
{
    if (tell_gap(following, batch, err))
        return -1;
    for (size_t i = 0; i < batch->count; i++) {
        following->after_id = batch->events[i].id;
        if (event_matches(&following->query->filters, &batch->events[i]) && tell(following, &batch->events[i], err))
            return -1;
    }
    return 0;
}

static int tell_all(struct following *following, struct arena *arena, struct error **err)
{
    size_t count;
    do {
        struct batch *batch = arena_zalloc(arena, sizeof *batch);
        if (read_batch(following->engine, arena, following->after_id, following->query, batch, err) < 0 ||
            tell_batch(following, batch, err))
            return -1;
        count = batch->count;
        arena_reset(arena);
    } while (count == BATCH);
    return 0;
}

static int follow(struct following *following, struct error **err)
{
    autoarena *arena = arena_new();
    if (check_place(following, err))
        return -1;
    for (;;) {
        if (tell_all(following, arena, err) || beat(following, err))
            return -1;
        int left = time_left(following);
        if (!left || !following->sink->wait(following->sink->context, following->bell, left))
            return 0;
        eventfd_t rings;
        eventfd_read(following->bell, &rings);
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
    struct following following = {
        .engine = engine,
        .query = query,
        .sink = sink,
        .each = each,
        .context = context,
        .bell = bell,
        .after_id = query->after_id,
        .told_ns = clock_monotonic(),
    };
    int rc = follow(&following, err);
    if (rc && !*err)
        rc = 0; /* the callback had enough */
    bell_unlisten(engine->bell, bell);
    return rc;
}
