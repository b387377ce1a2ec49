#include "core/container/health/rules.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/health/health.h"

#define DEFAULT_INTERVAL (30 * CLOCK_SECOND)
#define DEFAULT_TIMEOUT (30 * CLOCK_SECOND)
#define DEFAULT_START_INTERVAL (5 * CLOCK_SECOND)
#define DEFAULT_RETRIES 3
#define DEFAULT_LOG_COUNT 5
#define DEFAULT_LOG_SIZE 4096
#define PODMAN_LOG_SIZE 500
#define MOST_LOG_COUNT 100
#define MOST_LOG_SIZE 65536
#define LEAST_TIME 1000000

const char *container_health_text(enum container_health_status status)
{
    static const char *const words[] = { "none", "starting", "healthy", "unhealthy" };
    return words[status];
}

static bool is_none(const struct container_health *check)
{
    return !check || !check->test.count || !strcmp(check->test.items[0], "NONE");
}

bool container_has_health_check(const struct container_spec *spec)
{
    return !is_none(spec->health);
}

/* ---- what was asked for ---- */

static int check_test(const struct container_health *check, const char *of, bool docker, struct error **err)
{
    const char *kind = check->test.count ? check->test.items[0] : "NONE";
    bool known = !strcmp(kind, "NONE") || !strcmp(kind, "CMD") || !strcmp(kind, "CMD-SHELL");
    if (!known && docker)
        return error_set(err, ERROR_INVALID, 0, "Test in %s: \"%s\" is not a kind of test: expected NONE, CMD or CMD-SHELL", of, kind);
    if (known && strcmp(kind, "NONE") != 0 && (check->test.count < 2 || str_empty(check->test.items[1])))
        return error_set(err, ERROR_INVALID, 0, "Test in %s: nothing follows %s: expected a command", of, kind);
    return 0;
}

static int check_one(const struct container_health *check, const char *of, bool docker, struct error **err)
{
    const struct {
        const char *field;
        int64_t value;
    } times[] = {
        { "Interval", check->interval },
        { "Timeout", check->timeout },
        { "StartPeriod", check->start_period },
        { "StartInterval", check->start_interval },
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (times[i].value && times[i].value < LEAST_TIME)
            return error_set(err, ERROR_INVALID, 0, "%s in %s cannot be less than 1ms: %lld nanoseconds", times[i].field, of,
                             (long long)times[i].value);
    if (check->retries < 0)
        return error_set(err, ERROR_INVALID, 0, "Retries in %s cannot be negative: %lld", of, (long long)check->retries);
    return check_test(check, of, docker, err);
}

int container_check_health(const struct container_spec *spec, struct error **err)
{
    bool docker = str_eq(spec->cap_defaults, "docker");
    const struct container_startup_health *startup = spec->startup_health;
    if (spec->health && check_one(spec->health, "Healthcheck", docker, err) < 0)
        return -1;
    if (startup && check_one(&startup->check, "startupHealthConfig", docker, err) < 0)
        return -1;
    if (startup && startup->successes < 0)
        return error_set(err, ERROR_INVALID, 0, "Successes in startupHealthConfig cannot be negative: %lld", (long long)startup->successes);
    if (startup && !is_none(&startup->check) && is_none(spec->health))
        return error_set(err, ERROR_INVALID, 0, "startupHealthConfig: there is no health check that it could come before");
    const struct {
        const char *field;
        const int64_t *value;
    } limits[] = { { "healthMaxLogCount", spec->health_log_count }, { "healthMaxLogSize", spec->health_log_size } };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].value && *limits[i].value < 0)
            return error_set(err, ERROR_INVALID, 0, "%s: %lld is negative", limits[i].field, (long long)*limits[i].value);
    return 0;
}

/* ---- when ---- */

static int64_t limit_of(const int64_t *asked, int64_t fallback, int64_t most)
{
    int64_t limit = asked ? *asked : fallback;
    return limit <= 0 || limit > most ? most : limit;
}

int64_t health_log_count(const struct container_spec *spec)
{
    return limit_of(spec->health_log_count, DEFAULT_LOG_COUNT, MOST_LOG_COUNT);
}

int64_t health_log_size(const struct container_spec *spec)
{
    bool podman = str_eq(spec->cap_defaults, "podman");
    return limit_of(spec->health_log_size, podman ? PODMAN_LOG_SIZE : DEFAULT_LOG_SIZE, MOST_LOG_SIZE);
}

static bool is_in_startup(const struct container_spec *spec, const struct health_state *state)
{
    return spec->startup_health && !is_none(&spec->startup_health->check) && !state->startup_passed;
}

const struct container_health *health_check_of(const struct container_spec *spec, const struct health_state *state)
{
    return is_in_startup(spec, state) ? &spec->startup_health->check : spec->health;
}

int64_t health_timeout(const struct container_health *check)
{
    return check->timeout ? check->timeout : DEFAULT_TIMEOUT;
}

/* podman runs the first check at once, and those without an interval only when somebody asks. */
int64_t health_delay(const struct container_spec *spec, const struct health_state *state, int64_t started_unix_ns, int64_t now_unix_ns,
                     bool first)
{
    const struct container_health *check = health_check_of(spec, state);
    bool podman = str_eq(spec->cap_defaults, "podman");
    if (podman && !check->interval)
        return HEALTH_NO_CHECK;
    if (podman && first)
        return 0;
    int64_t interval = check->interval ? check->interval : DEFAULT_INTERVAL;
    if (now_unix_ns - started_unix_ns >= check->start_period || state->status != CONTAINER_HEALTH_STARTING)
        return interval;
    return check->start_interval ? check->start_interval : podman ? interval : DEFAULT_START_INTERVAL;
}

/* ---- what ---- */

static enum health_follow_up apply_startup(const struct container_startup_health *startup, bool passed, struct health_state *state)
{
    if (!passed) {
        state->startup_successes = 0;
        state->startup_failures++;
        return startup->check.retries && state->startup_failures >= startup->check.retries ? HEALTH_RESTART : HEALTH_NOTHING;
    }
    state->startup_successes++;
    if (state->startup_successes < startup->successes)
        return HEALTH_NOTHING;
    state->startup_passed = true;
    state->startup_successes = state->startup_failures = 0;
    state->status = CONTAINER_HEALTHY;
    return HEALTH_NOTHING;
}

static enum health_follow_up action_of(const struct container_spec *spec)
{
    const char *action = str_or(spec->health_action, "none");
    if (!strcmp(action, "kill"))
        return HEALTH_KILL;
    if (!strcmp(action, "restart"))
        return HEALTH_RESTART;
    return !strcmp(action, "stop") ? HEALTH_STOP : HEALTH_NOTHING;
}

enum health_follow_up health_apply(const struct container_spec *spec, int64_t started_unix_ns, const struct container_health_result *result,
                                   struct health_state *state)
{
    const struct container_health *check = spec->health;
    bool passed = result->exit_code == 0;
    if (is_in_startup(spec, state))
        return apply_startup(spec->startup_health, passed, state);
    if (passed) {
        state->streak = 0;
        state->status = CONTAINER_HEALTHY;
        return HEALTH_NOTHING;
    }
    /* What never was healthy may fail as long as its start lasts. */
    if (state->status == CONTAINER_HEALTH_STARTING && result->start - started_unix_ns < check->start_period)
        return HEALTH_NOTHING;
    state->streak++;
    if (state->streak >= (check->retries ? check->retries : DEFAULT_RETRIES))
        state->status = CONTAINER_UNHEALTHY;
    return state->status == CONTAINER_UNHEALTHY ? action_of(spec) : HEALTH_NOTHING;
}
