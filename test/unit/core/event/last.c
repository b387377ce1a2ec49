#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/event/home.h"

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
    add("die", "one", "exitCode", "1");
    add("die", "two", "exitCode", "2");
    add("die", "one", "exitCode", "3");
    add("kill", "one", "exitCode", "4");
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
