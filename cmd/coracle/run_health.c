#include "cmd/coracle/run_health.h"

#include <getopt.h>
#include <string.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/str.h"

#define INTERVAL (30 * CLOCK_SECOND)
#define TIMEOUT (30 * CLOCK_SECOND)
#define RETRIES 3

static const char *const actions[] = { "none", NULL, "kill", "restart", "stop" }; /* by podman's numbers */

static struct libpod_health_config *check_of(struct arena *arena, struct libpod_spec *spec)
{
    if (!spec->health)
        spec->health = arena_zalloc(arena, sizeof *spec->health);
    return spec->health;
}

static int take_time(const char *option, int64_t *ret_ns, struct error **err)
{
    if (clock_parse_duration(optarg, ret_ns) == 0 && *ret_ns >= 0)
        return 1;
    return error_set(err, ERROR_INVALID, 0, "--%s \"%s\": expected a time such as 30s or 1m30s", option, optarg);
}

static void take_command(struct arena *arena, struct libpod_spec *spec)
{
    struct str_list *test = &check_of(arena, spec)->test;
    *test = (struct str_list){ 0 };
    str_list_add(arena, test, str_eq(optarg, "none") ? "NONE" : "CMD-SHELL");
    if (!str_eq(optarg, "none"))
        str_list_add(arena, test, optarg);
}

static int take_action(struct libpod_spec *spec, struct error **err)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (str_eq(actions[i], optarg)) {
            spec->health_action = (int64_t)i;
            return 1;
        }
    return error_set(err, ERROR_INVALID, 0, "--health-on-failure \"%s\": expected none, kill, restart or stop", optarg);
}

int run_health_take(struct arena *arena, int key, struct libpod_spec *spec, struct error **err)
{
    switch (key) {
    case OPTION_HEALTH_CMD: take_command(arena, spec); return 1;
    case OPTION_HEALTH_INTERVAL: return take_time("health-interval", &check_of(arena, spec)->interval, err);
    case OPTION_HEALTH_TIMEOUT: return take_time("health-timeout", &check_of(arena, spec)->timeout, err);
    case OPTION_HEALTH_START_PERIOD: return take_time("health-start-period", &check_of(arena, spec)->start_period, err);
    case OPTION_HEALTH_START_INTERVAL: return take_time("health-start-interval", &check_of(arena, spec)->start_interval, err);
    case OPTION_HEALTH_ON_FAILURE: return take_action(spec, err);
    case OPTION_HEALTH_RETRIES:
        check_of(arena, spec)->retries = str_to_int(optarg);
        return spec->health->retries > 0 ? 1 : error_set(err, ERROR_INVALID, 0, "--health-retries \"%s\": expected 1 or more", optarg);
    default: return 0;
    }
}

/* libpod runs no check by itself without an interval; those of an image have one, or the default. */
int run_health_finish(struct libpod_spec *spec, struct error **err)
{
    struct libpod_health_config *check = spec->health;
    if (!check || (check->test.count && str_eq(check->test.items[0], "NONE")))
        return 0;
    if (check->test.count && str_empty(check->test.items[1]))
        return error_set(err, ERROR_INVALID, 0, "--health-cmd: expected a command, or none");
    if (!check->test.count)
        return 0; /* the image's, with these numbers */
    check->interval = check->interval ? check->interval : INTERVAL;
    check->timeout = check->timeout ? check->timeout : TIMEOUT;
    check->retries = check->retries ? check->retries : RETRIES;
    return 0;
}
