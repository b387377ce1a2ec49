#include "core/container/health/rows.h"

#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/container/health/health.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/engine.h"
#include "core/event/event.h"

#define MAX_LOG_BYTES (64u << 20) /* as JSON, with the most results of the largest size it would be less */

/* The status of this run: 1, or 0 when it is over. */
static int read_status(struct engine *engine, const struct container *ctr, enum container_health_status *ret_status, struct error **err)
{
    _Static_assert(CONTAINER_RUNNING == 3 && CONTAINER_PAUSED == 4, "the statement below names states by number");
    sqlite3_stmt *stmt =
        state_prepare(engine->state, "SELECT health FROM containers WHERE id = ?1 AND started = ?2 AND state IN (3, 4)", err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, ctr->id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(stmt, 2, ctr->started_unix_ns);
    int row = state_step(engine->state, stmt, err);
    if (row > 0)
        *ret_status = (enum container_health_status)sqlite3_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return row;
}

/* With the database locked. */
static int read_row(struct engine *engine, struct arena *arena, const char *id, struct health_row *row, const char **ret_log, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT timer_pid, timer_start, streak, startup_passed, startup_successes, startup_failures, log"
                                       " FROM container_health WHERE container_id = ?1", err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
    int found = state_step(engine->state, stmt, err);
    *ret_log = "{}";
    if (found > 0) {
        row->timer_pid = sqlite3_column_int64(stmt, 0);
        row->timer_start = sqlite3_column_int64(stmt, 1);
        row->state.streak = sqlite3_column_int64(stmt, 2);
        row->state.startup_passed = sqlite3_column_int(stmt, 3);
        row->state.startup_successes = sqlite3_column_int64(stmt, 4);
        row->state.startup_failures = sqlite3_column_int64(stmt, 5);
        *ret_log = arena_strdup(arena, state_text(stmt, 6));
    }
    sqlite3_reset(stmt);
    return found < 0 ? -1 : 0;
}

static int decode_log(struct arena *arena, const char *text, struct container_health_log *ret_log, struct error **err)
{
    const struct schema_limits limits = { .max_bytes = MAX_LOG_BYTES, .max_depth = 4 };
    const struct container_health_log *log = schema_decode(arena, container_health_log_schema(), text, strlen(text), limits, NULL, err);
    if (!log)
        return error_wrap(err, "state.db: results of health checks");
    *ret_log = *log;
    return 0;
}

int health_row_get(struct engine *engine, struct arena *arena, const struct container *ctr, struct health_row *ret_row, struct error **err)
{
    struct health_row row = { .state.status = ctr->health };
    const char *log;
    if (!state_lock(engine->state, err))
        return -1;
    int rc = read_row(engine, arena, ctr->id, &row, &log, err);
    state_unlock(engine->state);
    if (rc < 0 || decode_log(arena, log, &row.log, err) < 0)
        return -1;
    *ret_row = row;
    return 0;
}

static int claim(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err)
{
    struct health_row row = { 0 };
    const char *log;
    enum container_health_status status;
    int runs = read_status(engine, ctr, &status, err);
    if (runs <= 0 || read_row(engine, arena, ctr->id, &row, &log, err) < 0)
        return runs <= 0 ? runs : -1;
    if (row.timer_pid && process_is(row.timer_pid, row.timer_start))
        return 0;
    return state_exec(engine->state, err,
                      "INSERT INTO container_health (container_id, timer_pid, timer_start) VALUES (?1, ?2, ?3)"
                      " ON CONFLICT (container_id) DO UPDATE SET timer_pid = ?2, timer_start = ?3",
                      "sii", ctr->id, (int64_t)getpid(), process_start_time(getpid())) < 0 ? -1 : 1;
}

int health_row_claim(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    if (state_enter(engine->state, err) < 0)
        return -1;
    return state_leave(engine->state, claim(engine, arena, ctr, err), err);
}

/* The last so many, with the new one. */
static int write_log(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_health_log *before,
                     const struct container_health_result *result, const struct health_state *state, struct error **err)
{
    struct container_health_log log = { 0 };
    autobuf text = BUF(MAX_LOG_BYTES);
    size_t most = (size_t)health_log_count(ctr->spec), dropped = before->results.count >= most ? before->results.count + 1 - most : 0;
    log.results.items = arena_array(arena, before->results.count + 1 - dropped, sizeof *log.results.items);
    for (size_t i = dropped; i < before->results.count; i++)
        log.results.items[log.results.count++] = before->results.items[i];
    log.results.items[log.results.count++] = *result;
    schema_encode(&text, container_health_log_schema(), &log, SCHEMA_NEWEST);
    return state_exec(engine->state, err,
                      "INSERT INTO container_health (container_id, streak, startup_passed, startup_successes, startup_failures, log)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (container_id) DO UPDATE SET streak = ?2, startup_passed = ?3,"
                      " startup_successes = ?4, startup_failures = ?5, log = ?6",
                      "siiiis", ctr->id, state->streak, (int64_t)state->startup_passed, state->startup_successes, state->startup_failures,
                      text.full ? "{}" : buf_text(&text));
}

/* Whoever follows events hears of changes alone. */
static int write_status(struct engine *engine, struct arena *arena, const struct container *ctr, enum container_health_status status,
                        struct error **err)
{
    struct str_map attributes = container_event_attributes(arena, ctr);
    if (state_exec(engine->state, err, "UPDATE containers SET health = ?1, rev = rev + 1 WHERE id = ?2", "is", (int64_t)status, ctr->id) < 0)
        return -1;
    return event_add(engine, "container", arena_printf(arena, "health_status: %s", container_health_text(status)), ctr->id, &attributes, err);
}

static int record(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_health_result *result,
                  enum health_follow_up *ret_follow_up, struct error **err)
{
    struct health_row row = { 0 };
    enum container_health_status before;
    const char *log;
    int runs = read_status(engine, ctr, &before, err);
    if (runs <= 0 || read_row(engine, arena, ctr->id, &row, &log, err) < 0 || decode_log(arena, log, &row.log, err) < 0)
        return runs <= 0 ? runs : -1;
    row.state.status = before;
    *ret_follow_up = health_apply(ctr->spec, ctr->started_unix_ns, result, &row.state);
    if (write_log(engine, arena, ctr, &row.log, result, &row.state, err) < 0 ||
        (row.state.status != before && write_status(engine, arena, ctr, row.state.status, err) < 0))
        return -1;
    return 1;
}

int health_row_record(struct engine *engine, const struct container *ctr, const struct container_health_result *result,
                      enum health_follow_up *ret_follow_up, struct error **err)
{
    autoarena *arena = arena_new();
    if (state_enter(engine->state, err) < 0)
        return -1;
    return state_leave(engine->state, record(engine, arena, ctr, result, ret_follow_up, err), err);
}
