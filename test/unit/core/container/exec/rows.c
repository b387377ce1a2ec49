#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/exec/rows.h"
#include "core/engine.h"
#include "core/state/bell.h"
#include "core/state/state.h"

static struct arena *arena;
static char folder[64];
static struct engine engine;
static struct container_spec spec;
static struct container ctr = {
    .id = "cccc", .name = "web", .image_name = "docker.io/library/alpine:latest", .spec = &spec
};

static void ok(int rc, struct error *err)
{
    if (rc < 0)
        fail_msg("%s", err->message);
}

static void set_state(enum container_state to)
{
    autoerror *err = NULL;
    ok(state_enter(engine.state, &err), err);
    int rc = state_exec(engine.state, &err,
                        "INSERT OR REPLACE INTO containers (id, name, state, created, image_id, image_name, spec, effective)"
                        " VALUES (?1, ?2, ?3, 0, '', '', '{}', '{}')",
                        "ssi", ctr.id, ctr.name, (int64_t)to);
    ok(state_leave(engine.state, rc, &err), err);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-exec-XXXXXX");
    assert_non_null(mkdtemp(folder));
    engine.bell = bell_open(folder);
    engine.state = state_open(folder, &engine);
    set_state(CONTAINER_RUNNING);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    autoerror *err = NULL;
    state_close(engine.state);
    bell_close(engine.bell);
    path_remove_tree(folder, &err);
    arena_free(arena);
    return 0;
}

static void add(const char *id)
{
    autoerror *err = NULL;
    const char *command[] = { "sh", "-c", "a \"b\"" }, *env[] = { "A=1" };
    const struct exec_spec wanted = {
        .command = { command, 3 }, .env = { env, 1 }, .user = "u", .detach_keys = "", .tty = true
    };
    ok(exec_row_add(&engine, &ctr, id, &wanted, &err), err);
}

static struct exec_session get(const char *id)
{
    autoerror *err = NULL;
    struct exec_session session = { 0 };
    ok(exec_row_get(&engine, arena, id, &session, &err), err);
    return session;
}

/* How many events with this action the database tells of. */
static int64_t events(const char *action)
{
    autoerror *err = NULL;
    assert_non_null(state_lock(engine.state, &err));
    sqlite3_stmt *stmt = state_prepare(engine.state, "SELECT count(*) FROM events WHERE action = ?1", &err);
    sqlite3_bind_text(stmt, 1, action, -1, SQLITE_TRANSIENT);
    assert_int_equal(state_step(engine.state, stmt, &err), 1);
    int64_t count = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    state_unlock(engine.state);
    return count;
}

static void what_was_asked_for_is_kept(void **state)
{
    (void)state;
    add("kept");
    struct exec_session session = get("kept");
    assert_string_equal(session.container_id, "cccc");
    assert_string_equal(session.spec.command.items[2], "a \"b\"");
    assert_string_equal(session.spec.env.items[0], "A=1");
    assert_string_equal(session.spec.user, "u");
    assert_string_equal(session.spec.detach_keys, ""); /* none, which is not the default */
    assert_true(session.spec.tty);
    assert_false(session.running || session.started);
    assert_int_equal(session.exit_code, -1);
    assert_int_equal(events("exec_create: sh -c a \"b\""), 1);
}

static void only_one_may_start_it(void **state)
{
    (void)state;
    autoerror *err = NULL;
    add("once");
    ok(exec_row_claim(&engine, "once", &err), err);
    assert_int_equal(exec_row_claim(&engine, "once", &err), -1);
    assert_int_equal(err->kind, ERROR_CONFLICT);
    assert_non_null(strstr(err->message, "is already running"));
    error_clear(&err);
    ok(exec_row_unclaim(&engine, "once", &err), err);
    ok(exec_row_claim(&engine, "once", &err), err);
    struct exec_session session = get("once");
    ok(exec_row_announce(&engine, &ctr, &session, &err), err);
    ok(exec_row_started(&engine, "once", 4711, &err), err);
    assert_int_equal(get("once").pid, 4711);
    ok(exec_row_unclaim(&engine, "once", &err), err); /* too late */
    assert_true(get("once").running);
}

static void one_in_a_container_that_ended_meanwhile_is_a_conflict(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const char *command[] = { "true" };
    const struct exec_spec wanted = { .command = { command, 1 } };
    int64_t before = events("exec_create");
    set_state(CONTAINER_EXITED);
    assert_int_equal(exec_row_add(&engine, &ctr, "late", &wanted, &err), -1);
    set_state(CONTAINER_RUNNING);
    assert_int_equal(err->kind, ERROR_CONFLICT);
    assert_string_equal(err->message, "container cccc is not running");
    assert_int_equal(events("exec_create"), before);
}

static void its_end_is_recorded_once(void **state)
{
    (void)state;
    autoerror *err = NULL;
    add("end");
    ok(exec_row_claim(&engine, "end", &err), err);
    int64_t before = events("exec_die");
    ok(exec_row_ended(&engine, &ctr, "end", 5, &err), err);
    ok(exec_row_ended(&engine, &ctr, "end", 126, &err), err);
    struct exec_session session = get("end");
    assert_false(session.running);
    assert_true(session.can_remove);
    assert_int_equal(session.exit_code, 5);
    assert_int_equal(events("exec_die"), before + 1);
    assert_int_equal(exec_row_claim(&engine, "end", &err), -1);
    assert_non_null(strstr(err->message, "has already run"));
}

static void an_unknown_one_is_not_found(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct exec_session session;
    assert_int_equal(exec_row_get(&engine, arena, "nosuch", &session, &err), -1);
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
    assert_string_equal(err->noun, "exec");
    assert_string_equal(err->message, "No such exec instance: nosuch");
    error_clear(&err);
    assert_int_equal(exec_row_claim(&engine, "nosuch", &err), -1);
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
}

static void those_that_ended_long_ago_are_forgotten(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct exec_session session;
    add("old");
    ok(exec_row_claim(&engine, "old", &err), err);
    ok(exec_row_ended(&engine, &ctr, "old", 0, &err), err);
    add("next");
    get("old");
    assert_non_null(state_lock(engine.state, &err));
    ok(state_exec(engine.state, &err, "UPDATE execs SET finished = ?1 WHERE id = 'old'", "i",
                  clock_now() - 301 * CLOCK_SECOND),
       err);
    state_unlock(engine.state);
    add("after");
    assert_int_equal(exec_row_get(&engine, arena, "old", &session, &err), -1);
    get("next");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_asked_for_is_kept),
        cmocka_unit_test(only_one_may_start_it),
        cmocka_unit_test(one_in_a_container_that_ended_meanwhile_is_a_conflict),
        cmocka_unit_test(its_end_is_recorded_once),
        cmocka_unit_test(an_unknown_one_is_not_found),
        cmocka_unit_test(those_that_ended_long_ago_are_forgotten),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
