#include "core/container/exec/rows.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/attach/client.h"
#include "core/container/exec/types.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/state/state.h"

#define RECORD_MAX (4u << 20)
#define KEEP_NS (300 * CLOCK_SECOND) /* how long an ended session can be inspected, as with Docker */

static int add_event(struct engine *engine, const struct container *ctr, const char *verb,
                     const struct str_list *command, const char *exec_id, const int64_t *exit_code, struct error **err)
{
    autoarena *arena = arena_new();
    const char *action = command ? arena_printf(arena, "%s: %s", verb, str_join(arena, command, " ")) : verb;
    struct str_map attributes = stream_event_attributes(arena, ctr, exec_id, exit_code);
    str_map_set(arena, &attributes, "name", str_or(row_name_now(engine, arena, ctr), ctr->name));
    return event_add(engine, "container", action, ctr->id, &attributes, err);
}

static int encode(const struct exec_spec *spec, struct buf *out, struct error **err)
{
    struct exec_record record = {
        .command = spec->command, .env = spec->env, .user = spec->user, .workdir = spec->workdir,
        .detach_keys = spec->detach_keys ? (const char **)&spec->detach_keys : NULL, .tty = spec->tty,
        .attach_stdin = spec->attach_stdin, .attach_stdout = spec->attach_stdout, .attach_stderr = spec->attach_stderr,
        .privileged = spec->privileged,
    };
    schema_encode(out, exec_record_schema(), &record, SCHEMA_NEWEST);
    return out->full ? error_set(err, ERROR_TOO_LARGE, 0, "exec: command and environment are larger than %u bytes",
                                 RECORD_MAX)
                     : 0;
}

static int decode(struct arena *arena, const char *text, struct exec_spec *ret_spec, struct error **err)
{
    const struct schema_limits limits = { .max_bytes = RECORD_MAX, .max_depth = 4 };
    const struct exec_record *record =
        schema_decode(arena, exec_record_schema(), text, strlen(text), limits, NULL, err);
    if (!record)
        return error_wrap(err, "the database's record of an exec session");
    *ret_spec = (struct exec_spec){
        .command = record->command,
        .env = record->env,
        .user = record->user,
        .workdir = record->workdir,
        .detach_keys = record->detach_keys ? *record->detach_keys : NULL,
        .tty = record->tty,
        .attach_stdin = record->attach_stdin,
        .attach_stdout = record->attach_stdout,
        .attach_stderr = record->attach_stderr,
        .privileged = record->privileged,
    };
    return 0;
}

int exec_row_add(struct engine *engine, const struct container *ctr, const char *id, const struct exec_spec *spec,
                 struct error **err)
{
    autobuf text = BUF(RECORD_MAX);
    int64_t now = clock_now();
    if (encode(spec, &text, err) < 0 || state_enter(engine->state, err) < 0)
        return -1;
    int rc = state_exec(engine->state, err,
                        "DELETE FROM execs WHERE container_id = ? AND running = 0 AND finished > 0 AND finished < ?",
                        "si", ctr->id, now - KEEP_NS);
    if (!rc)
        rc = state_exec(engine->state, err,
                        "INSERT INTO execs (id, container_id, spec, created, running, started, pid, exit_code, finished)"
                        " SELECT ?, id, ?, ?, 0, 0, 0, -1, 0 FROM containers WHERE id = ? AND state = ?",
                        "ssisi", id, buf_text(&text), now, ctr->id, (int64_t)CONTAINER_RUNNING);
    if (!rc && !state_changes(engine->state))
        rc = error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running", ctr->id);
    if (!rc)
        rc = add_event(engine, ctr, "exec_create", &spec->command, id, NULL, err);
    return state_leave(engine->state, rc, err);
}

static int no_such(const char *id, struct error **err)
{
    return error_set_about(err, ERROR_NOT_FOUND, "exec", id, "No such exec instance: %s", id);
}

int exec_row_get(struct engine *engine, struct arena *arena, const char *id, struct exec_session *ret_session,
                 struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    struct exec_session session = { 0 };
    const char *spec = NULL;
    sqlite3_stmt *stmt = state_prepare(
        engine->state,
        "SELECT id, container_id, spec, created, running, started, pid, exit_code FROM execs WHERE id = ?", err);
    int rc = stmt ? 0 : -1;
    if (!rc) {
        sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
        rc = state_step(engine->state, stmt, err);
    }
    if (rc == 1) {
        session.id = arena_strdup(arena, state_text(stmt, 0));
        session.container_id = arena_strdup(arena, state_text(stmt, 1));
        spec = arena_strdup(arena, state_text(stmt, 2));
        session.created_unix_ns = sqlite3_column_int64(stmt, 3);
        session.running = sqlite3_column_int(stmt, 4);
        session.started = sqlite3_column_int(stmt, 5);
        session.pid = sqlite3_column_int64(stmt, 6);
        session.exit_code = sqlite3_column_int64(stmt, 7);
        session.can_remove = !session.running;
        sqlite3_reset(stmt);
    }
    state_unlock(engine->state);
    if (rc == 0)
        return no_such(id, err);
    if (rc < 0 || decode(arena, str_or(spec, "{}"), &session.spec, err) < 0)
        return -1;
    *ret_session = session;
    return 0;
}

int exec_rows_running(struct engine *engine, struct arena *arena, struct exec_session **ret_sessions, size_t *ret_count,
                      struct error **err)
{
    struct str_list ids = { 0 }; /* in pairs */
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT id, container_id FROM execs WHERE running = 1", err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        for (int column = 0; column < 2; column++)
            str_list_add(arena, &ids, arena_strdup(arena, state_text(stmt, column)));
    state_unlock(engine->state);
    if (row < 0)
        return -1;
    struct exec_session *sessions = arena_array(arena, ids.count / 2, sizeof *sessions);
    for (size_t i = 0; i < ids.count / 2; i++)
        sessions[i] =
            (struct exec_session){ .id = ids.items[2 * i], .container_id = ids.items[2 * i + 1], .running = true };
    *ret_sessions = sessions;
    *ret_count = ids.count / 2;
    return 0;
}

/* One statement in a transaction; *ret_changed: rows it changed. */
static int change(struct engine *engine, const char *sql, const char *id, int *ret_changed, struct error **err)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc = state_exec(engine->state, err, sql, "s", id);
    *ret_changed = state_changes(engine->state);
    return state_leave(engine->state, rc, err);
}

int exec_row_claim(struct engine *engine, const char *id, struct error **err)
{
    int changed;
    if (change(engine, "UPDATE execs SET started = 1, running = 1 WHERE id = ? AND started = 0", id, &changed, err) < 0)
        return -1;
    if (changed)
        return 0;
    autoarena *arena = arena_new();
    struct exec_session session;
    if (exec_row_get(engine, arena, id, &session, err) < 0)
        return -1;
    return error_set_about(err, ERROR_CONFLICT, "exec", id, "Error: Exec command %s %s", id,
                           session.running ? "is already running" : "has already run");
}

int exec_row_unclaim(struct engine *engine, const char *id, struct error **err)
{
    int changed;
    return change(engine, "UPDATE execs SET started = 0, running = 0 WHERE id = ? AND pid = 0", id, &changed, err);
}

int exec_row_delete(struct engine *engine, const char *id, struct error **err)
{
    int changed;
    return change(engine, "DELETE FROM execs WHERE id = ?", id, &changed, err);
}

int exec_row_announce(struct engine *engine, const struct container *ctr, const struct exec_session *session, struct error **err)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc = add_event(engine, ctr, "exec_start", &session->spec.command, session->id, NULL, err);
    return state_leave(engine->state, rc, err);
}

int exec_row_started(struct engine *engine, const char *id, int64_t pid, struct error **err)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc = state_exec(engine->state, err, "UPDATE execs SET pid = ? WHERE id = ? AND running = 1", "is", pid, id);
    return state_leave(engine->state, rc, err);
}

int exec_row_ended(struct engine *engine, const struct container *ctr, const char *id, int64_t exit_code,
                   struct error **err)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc =
        state_exec(engine->state, err,
                   "UPDATE execs SET running = 0, pid = 0, exit_code = ?, finished = ? WHERE id = ? AND running = 1",
                   "iis", exit_code, clock_now(), id);
    if (!rc && state_changes(engine->state))
        rc = add_event(engine, ctr, "exec_die", NULL, id, &exit_code, err);
    return state_leave(engine->state, rc, err);
}
