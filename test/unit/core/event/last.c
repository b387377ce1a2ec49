#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/state/bell.h"
#include "core/state/state.h"

static struct arena *arena;
static char folder[64];
static struct engine engine;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-event-XXXXXX");
    assert_non_null(mkdtemp(folder));
    engine.bell = bell_open(folder);
    engine.state = state_open(folder, &engine);
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

static void add(const char *action, const char *id, const char *code)
{
    autoerror *err = NULL;
    struct str_map attributes = { 0 };
    str_map_set(arena, &attributes, "exitCode", code);
    if (event_add_now(&engine, "container", action, id, &attributes, &err) < 0)
        fail_msg("%s", err->message);
}

static const char *last_code(const char *action, const char *id)
{
    autoerror *err = NULL;
    struct str_map attributes = { 0 };
    int found = event_last(&engine, arena, action, id, &attributes, &err);
    assert_null(err);
    assert_int_equal(found, attributes.count > 0);
    return str_map_get(&attributes, "exitCode");
}

static void newest_of_that_action_on_that_object_counts(void **state)
{
    (void)state;
    assert_null(last_code("die", "one"));
    add("die", "one", "1");
    add("die", "two", "2");
    add("die", "one", "3");
    add("kill", "one", "4");
    assert_string_equal(last_code("die", "one"), "3");
    assert_string_equal(last_code("die", "two"), "2");
    assert_null(last_code("die", "three"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(newest_of_that_action_on_that_object_counts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
