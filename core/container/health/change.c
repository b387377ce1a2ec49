#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/health/health.h"

/* podman's, of a check that is made by an update: without an interval it would never run by itself. */
#define NEW_INTERVAL (30 * CLOCK_SECOND)
#define NEW_TIMEOUT (30 * CLOCK_SECOND)
#define NEW_RETRIES 3

static bool changes_check(const struct container_health_change *change)
{
    return change->test || change->interval || change->timeout || change->start_period || change->retries;
}

static bool changes_startup(const struct container_health_change *change)
{
    return change->startup_test || change->startup_interval || change->startup_timeout || change->startup_retries || change->startup_successes;
}

static void take_number(const int64_t *from, int64_t *to)
{
    if (from)
        *to = *from;
}

static int change_check(struct arena *arena, const struct container_health_change *change, struct container_spec *spec, struct error **err)
{
    static const struct container_health fresh = { .interval = NEW_INTERVAL, .timeout = NEW_TIMEOUT, .retries = NEW_RETRIES };
    bool has = container_has_health_check(spec);
    struct container_health *check = arena_zalloc(arena, sizeof *check);
    *check = has ? *spec->health : fresh;
    if (!change->test && !has)
        return error_set(err, ERROR_INVALID, 0, "the container has no health check that could be changed: expected a command, too");
    if (change->test)
        check->test = *change->test;
    take_number(change->interval, &check->interval);
    take_number(change->timeout, &check->timeout);
    take_number(change->start_period, &check->start_period);
    take_number(change->retries, &check->retries);
    spec->health = check;
    return 0;
}

static int change_startup(struct arena *arena, const struct container_health_change *change, struct container_spec *spec, struct error **err)
{
    static const struct container_startup_health fresh = { .check = { .interval = NEW_INTERVAL, .timeout = NEW_TIMEOUT } };
    struct container_startup_health *startup = arena_zalloc(arena, sizeof *startup);
    *startup = spec->startup_health ? *spec->startup_health : fresh;
    if (!change->startup_test && !spec->startup_health)
        return error_set(err, ERROR_INVALID, 0, "the container has no startup health check that could be changed: expected a command, too");
    if (change->startup_test)
        startup->check.test = *change->startup_test;
    take_number(change->startup_interval, &startup->check.interval);
    take_number(change->startup_timeout, &startup->check.timeout);
    take_number(change->startup_retries, &startup->check.retries);
    take_number(change->startup_successes, &startup->successes);
    spec->startup_health = startup;
    return 0;
}

static void take_none(struct arena *arena, struct container_spec *spec)
{
    struct container_health *none = arena_zalloc(arena, sizeof *none);
    str_list_add(arena, &none->test, "NONE");
    spec->health = none;
    spec->startup_health = NULL;
}

static void take_limit(struct arena *arena, const int64_t *from, int64_t **to)
{
    if (!from)
        return;
    *to = arena_zalloc(arena, sizeof **to);
    **to = *from;
}

int container_change_health(struct arena *arena, const struct container_health_change *change, struct container_spec *spec,
                            struct error **err)
{
    bool limits = change->log_count || change->log_size || change->action;
    if (change->none && (limits || changes_check(change) || changes_startup(change)))
        return error_set(err, ERROR_INVALID, 0, "no_healthcheck: nothing else can be said of a health check that there is not to be");
    if (change->none)
        take_none(arena, spec);
    if (changes_check(change) && change_check(arena, change, spec, err) < 0)
        return -1;
    if (changes_startup(change) && change_startup(arena, change, spec, err) < 0)
        return -1;
    if (change->action)
        spec->health_action = change->action;
    take_limit(arena, change->log_count, &spec->health_log_count);
    take_limit(arena, change->log_size, &spec->health_log_size);
    return container_check_health(spec, err);
}
