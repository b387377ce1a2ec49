/* What an update makes of a container's health check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/health/health.h"

static const char *words[] = { "CMD", "true" };
static const struct str_list command = { words, 2 };

static void what_is_not_said_stays_and_the_old_check_is_left_alone(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct container_health old = { .test = command, .interval = 7 * CLOCK_SECOND, .retries = 5 };
    struct container_spec spec = { .health = &old };
    int64_t timeout = 3 * CLOCK_SECOND, count = 9;
    const struct container_health_change change = { .timeout = &timeout, .log_count = &count, .action = "kill" };
    assert_int_equal(container_change_health(arena, &change, &spec, &err), 0);
    assert_int_equal(spec.health->interval, 7 * CLOCK_SECOND);
    assert_int_equal(spec.health->timeout, 3 * CLOCK_SECOND);
    assert_int_equal(spec.health->retries, 5);
    assert_int_equal(*spec.health_log_count, 9);
    assert_string_equal(spec.health_action, "kill");
    assert_int_equal(old.timeout, 0);
}

static void a_check_that_is_new_has_numbers_by_which_it_runs(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct container_spec spec = { 0 };
    const struct container_health_change change = { .test = &command };
    assert_int_equal(container_change_health(arena, &change, &spec, &err), 0);
    assert_true(container_has_health_check(&spec));
    assert_int_equal(spec.health->interval, 30 * CLOCK_SECOND);
    assert_int_equal(spec.health->retries, 3);
}

static void none_takes_both_checks_and_stands_alone(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct container_health old = { .test = command };
    struct container_startup_health startup = { .check = old };
    struct container_spec spec = { .health = &old, .startup_health = &startup };
    struct container_health_change change = { .none = true };
    assert_int_equal(container_change_health(arena, &change, &spec, &err), 0);
    assert_false(container_has_health_check(&spec));
    assert_null(spec.startup_health);
    change.action = "stop";
    assert_int_equal(container_change_health(arena, &change, &spec, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
}

static void numbers_of_a_check_that_is_not_there_are_refused(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct container_health old = { .test = command };
    struct container_spec spec = { 0 };
    int64_t retries = 4;
    assert_int_equal(container_change_health(arena, &(struct container_health_change){ .retries = &retries }, &spec, &err), -1);
    assert_non_null(strstr(err->message, "no health check"));
    error_clear(&err);
    spec.health = &old;
    assert_int_equal(container_change_health(arena, &(struct container_health_change){ .startup_retries = &retries }, &spec, &err), -1);
    assert_non_null(strstr(err->message, "no startup health check"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_stays_and_the_old_check_is_left_alone),
        cmocka_unit_test(a_check_that_is_new_has_numbers_by_which_it_runs),
        cmocka_unit_test(none_takes_both_checks_and_stands_alone),
        cmocka_unit_test(numbers_of_a_check_that_is_not_there_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
