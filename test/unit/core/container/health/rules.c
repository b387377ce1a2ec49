/* What results of health checks make of a container, and when the next one is due. */
#include "core/container/health/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/health/health.h"

#define START (1000 * CLOCK_SECOND)

static const char *words[] = { "CMD", "true" };

static struct container_health check_with(int64_t interval, int64_t start_period, int64_t retries)
{
    return (struct container_health){ .test = { words, 2 }, .interval = interval, .start_period = start_period, .retries = retries };
}

/* The status after results at these seconds: '+' passed, '-' failed. */
static enum container_health_status after(const struct container_spec *spec, const char *results, struct health_state *state,
                                          enum health_follow_up *ret_last)
{
    enum health_follow_up last = HEALTH_NOTHING;
    for (int i = 0; results[i]; i++) {
        struct container_health_result result = { .start = START + (i + 1) * CLOCK_SECOND, .exit_code = results[i] == '+' ? 0 : 1 };
        last = health_apply(spec, START, &result, state);
    }
    if (ret_last)
        *ret_last = last;
    return state->status;
}

static enum container_health_status fresh(const struct container_spec *spec, const char *results)
{
    struct health_state state = { .status = CONTAINER_HEALTH_STARTING };
    return after(spec, results, &state, NULL);
}

static void as_many_failures_in_a_row_as_retries_are_unhealthy(void **state)
{
    (void)state;
    struct container_health check = check_with(CLOCK_SECOND, 0, 3);
    struct container_spec spec = { .health = &check };
    assert_int_equal(fresh(&spec, ""), CONTAINER_HEALTH_STARTING);
    assert_int_equal(fresh(&spec, "--"), CONTAINER_HEALTH_STARTING);
    assert_int_equal(fresh(&spec, "---"), CONTAINER_UNHEALTHY);
    assert_int_equal(fresh(&spec, "+--"), CONTAINER_HEALTHY);
    assert_int_equal(fresh(&spec, "+--+--"), CONTAINER_HEALTHY);
    assert_int_equal(fresh(&spec, "+---"), CONTAINER_UNHEALTHY);
    assert_int_equal(fresh(&spec, "---+"), CONTAINER_HEALTHY);
    check.retries = 0; /* Docker's default is 3 */
    assert_int_equal(fresh(&spec, "--"), CONTAINER_HEALTH_STARTING);
    assert_int_equal(fresh(&spec, "---"), CONTAINER_UNHEALTHY);
}

static void failures_within_the_start_period_do_not_count_until_one_passed(void **state)
{
    (void)state;
    struct container_health check = check_with(CLOCK_SECOND, 4 * CLOCK_SECOND, 2);
    struct container_spec spec = { .health = &check };
    struct health_state run = { .status = CONTAINER_HEALTH_STARTING };
    assert_int_equal(after(&spec, "---", &run, NULL), CONTAINER_HEALTH_STARTING);
    assert_int_equal(run.streak, 0);
    assert_int_equal(fresh(&spec, "----"), CONTAINER_HEALTH_STARTING); /* the fourth counts: it began at its end */
    assert_int_equal(fresh(&spec, "-----"), CONTAINER_UNHEALTHY);
    assert_int_equal(fresh(&spec, "+--"), CONTAINER_UNHEALTHY);
}

static void what_is_asked_for_is_done_each_time_it_is_unhealthy(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        enum health_follow_up wanted;
    } rows[] = { { "", HEALTH_NOTHING }, { "none", HEALTH_NOTHING }, { "kill", HEALTH_KILL }, { "restart", HEALTH_RESTART }, { "stop", HEALTH_STOP } };
    struct container_health check = check_with(CLOCK_SECOND, 0, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct container_spec spec = { .health = &check, .health_action = rows[i].action };
        struct health_state run = { .status = CONTAINER_HEALTH_STARTING };
        enum health_follow_up last;
        after(&spec, "-", &run, &last);
        assert_int_equal(last, HEALTH_NOTHING);
        after(&spec, "-", &run, &last);
        assert_int_equal(last, rows[i].wanted);
        after(&spec, "+", &run, &last);
        assert_int_equal(last, HEALTH_NOTHING);
    }
}

static void a_startup_check_comes_first_and_restarts_when_it_never_passes(void **state)
{
    (void)state;
    struct container_health check = check_with(CLOCK_SECOND, 0, 1);
    struct container_startup_health startup = { .check = check_with(2 * CLOCK_SECOND, 0, 3), .successes = 2 };
    struct container_spec spec = { .health = &check, .startup_health = &startup };
    struct health_state run = { .status = CONTAINER_HEALTH_STARTING };
    enum health_follow_up last;
    assert_ptr_equal(health_check_of(&spec, &run), &startup.check);
    assert_int_equal(after(&spec, "+-+", &run, &last), CONTAINER_HEALTH_STARTING); /* two in a row */
    assert_int_equal(last, HEALTH_NOTHING);
    assert_int_equal(after(&spec, "+", &run, NULL), CONTAINER_HEALTHY);
    assert_ptr_equal(health_check_of(&spec, &run), &check);
    assert_int_equal(after(&spec, "-", &run, NULL), CONTAINER_UNHEALTHY);

    run = (struct health_state){ .status = CONTAINER_HEALTH_STARTING };
    assert_int_equal(after(&spec, "--", &run, &last), CONTAINER_HEALTH_STARTING);
    assert_int_equal(last, HEALTH_NOTHING);
    assert_int_equal(after(&spec, "-", &run, &last), CONTAINER_HEALTH_STARTING);
    assert_int_equal(last, HEALTH_RESTART);
}

static void the_next_check_is_due_after_an_interval_or_a_start_interval(void **state)
{
    (void)state;
    struct container_health check = check_with(7 * CLOCK_SECOND, 20 * CLOCK_SECOND, 1);
    struct container_spec spec = { .health = &check, .cap_defaults = "docker" };
    struct health_state run = { .status = CONTAINER_HEALTH_STARTING };
    int64_t early = START + 10 * CLOCK_SECOND, late = START + 20 * CLOCK_SECOND;
    assert_int_equal(health_delay(&spec, &run, START, early, true), 5 * CLOCK_SECOND);
    check.start_interval = 2 * CLOCK_SECOND;
    assert_int_equal(health_delay(&spec, &run, START, early, false), 2 * CLOCK_SECOND);
    assert_int_equal(health_delay(&spec, &run, START, late, false), 7 * CLOCK_SECOND);
    run.status = CONTAINER_HEALTHY;
    assert_int_equal(health_delay(&spec, &run, START, early, false), 7 * CLOCK_SECOND);
    check.interval = 0;
    assert_int_equal(health_delay(&spec, &run, START, early, false), 30 * CLOCK_SECOND);
    assert_int_equal(health_timeout(&check), 30 * CLOCK_SECOND);
}

static void podman_checks_at_once_and_without_an_interval_never(void **state)
{
    (void)state;
    struct container_health check = check_with(7 * CLOCK_SECOND, 20 * CLOCK_SECOND, 1);
    struct container_spec spec = { .health = &check, .cap_defaults = "podman" };
    struct health_state run = { .status = CONTAINER_HEALTH_STARTING };
    assert_int_equal(health_delay(&spec, &run, START, START, true), 0);
    assert_int_equal(health_delay(&spec, &run, START, START, false), 7 * CLOCK_SECOND);
    check.interval = 0;
    assert_int_equal(health_delay(&spec, &run, START, START, true), HEALTH_NO_CHECK);
}

static void logs_have_limits_and_none_is_the_most(void **state)
{
    (void)state;
    int64_t none = 0, some = 7, much = 1000000;
    struct container_spec spec = { .cap_defaults = "docker" };
    assert_int_equal(health_log_count(&spec), 5);
    assert_int_equal(health_log_size(&spec), 4096);
    spec.cap_defaults = "podman";
    assert_int_equal(health_log_size(&spec), 500);
    spec.health_log_count = spec.health_log_size = &some;
    assert_int_equal(health_log_count(&spec), 7);
    assert_int_equal(health_log_size(&spec), 7);
    spec.health_log_count = spec.health_log_size = &none;
    assert_int_equal(health_log_count(&spec), 100);
    assert_int_equal(health_log_size(&spec), 65536);
    spec.health_log_count = &much;
    assert_int_equal(health_log_count(&spec), 100);
}

static void refuses(struct container_spec spec, const char *field)
{
    autoerror *err = NULL;
    if (container_check_health(&spec, &err) == 0)
        fail_msg("accepted, without a word of %s", field);
    assert_int_equal(err->kind, ERROR_INVALID);
    if (!strstr(err->message, field))
        fail_msg("\"%s\" does not name %s", err->message, field);
}

static void what_cannot_be_is_refused_by_name(void **state)
{
    (void)state;
    const char *unknown[] = { "FOO", "a" }, *nothing[] = { "CMD" };
    struct container_health check = check_with(5, 0, 0), negative = check_with(0, 0, -1), good = check_with(0, 0, 0);
    int64_t minus = -1;
    autoerror *err = NULL;
    refuses((struct container_spec){ .health = &check }, "Interval");
    refuses((struct container_spec){ .health = &negative }, "Retries");
    struct container_health odd = { .test = { unknown, 2 } }, empty = { .test = { nothing, 1 } };
    refuses((struct container_spec){ .health = &odd, .cap_defaults = "docker" }, "FOO");
    refuses((struct container_spec){ .health = &empty }, "CMD");
    struct container_startup_health startup = { .check = good };
    refuses((struct container_spec){ .startup_health = &startup }, "startupHealthConfig");
    startup.successes = -1;
    refuses((struct container_spec){ .health = &good, .startup_health = &startup }, "Successes");
    refuses((struct container_spec){ .health_log_size = &minus }, "healthMaxLogSize");
    /* podman runs it as it is */
    assert_int_equal(container_check_health(&(struct container_spec){ .health = &odd, .cap_defaults = "podman" }, &err), 0);
    assert_int_equal(container_check_health(&(struct container_spec){ .health = &good }, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_failures_in_a_row_as_retries_are_unhealthy),
        cmocka_unit_test(failures_within_the_start_period_do_not_count_until_one_passed),
        cmocka_unit_test(what_is_asked_for_is_done_each_time_it_is_unhealthy),
        cmocka_unit_test(a_startup_check_comes_first_and_restarts_when_it_never_passes),
        cmocka_unit_test(the_next_check_is_due_after_an_interval_or_a_start_interval),
        cmocka_unit_test(podman_checks_at_once_and_without_an_interval_never),
        cmocka_unit_test(logs_have_limits_and_none_is_the_most),
        cmocka_unit_test(what_cannot_be_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
