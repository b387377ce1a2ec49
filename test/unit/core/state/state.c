#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/state/bell.h"
#include "core/state/state.h"

struct program { /* one of those that share a database */
    struct engine engine;
    struct config config;
};

static void open_program(struct program *program, const char *folder)
{
    *program = (struct program){ .config = { .events_size_max = "" } };
    program->engine.config = &program->config;
    program->engine.bell = bell_open(folder);
    program->engine.state = state_open(folder, &program->engine);
}

static void close_program(struct program *program)
{
    state_close(program->engine.state);
    bell_close(program->engine.bell);
}

static int add_event(struct program *program, struct error **err)
{
    struct state *state = program->engine.state;
    if (!state_lock(state, err))
        return -1;
    int rc = state_begin(state, err);
    if (!rc)
        rc = state_exec(state, err, "INSERT INTO events (time, type, action, actor_id, attributes) VALUES (1, 't', 'a', 'i', '{}')", "");
    if (!rc)
        rc = state_commit(state, err);
    state_unlock(state);
    return rc;
}

/* Looks at the first row alone and leaves. */
static int64_t newest(struct program *program, struct error **err)
{
    assert_non_null(state_lock(program->engine.state, err));
    sqlite3_stmt *stmt = state_prepare(program->engine.state, "SELECT id FROM events ORDER BY id DESC", err);
    assert_int_equal(state_step(program->engine.state, stmt, err), 1);
    int64_t id = sqlite3_column_int64(stmt, 0);
    state_unlock(program->engine.state);
    return id;
}

static void a_look_that_ends_early_holds_nothing(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char folder[] = "/tmp/coracle-state-XXXXXX";
    struct program one, other;
    assert_non_null(mkdtemp(folder));
    open_program(&one, folder);
    open_program(&other, folder);
    assert_int_equal(add_event(&one, &err), 0);
    assert_int_equal(add_event(&one, &err), 0);
    int64_t seen = newest(&one, &err);
    assert_int_equal(add_event(&other, &err), 0);
    assert_int_equal(add_event(&one, &err), 0); /* from an old snapshot it would be refused */
    assert_int_equal(newest(&one, &err), seen + 2);
    close_program(&one);
    close_program(&other);
    path_remove_tree(folder, &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_that_ends_early_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
