#include "api/libpod/containers/health.h"

#include "api/types/libpod/libpod.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/health/health.h"

#define DEFAULT_LOG_COUNT 5
#define DEFAULT_LOG_SIZE 500

static const char *const actions[] = { "none", NULL, "kill", "restart", "stop" }; /* by podman's numbers */

static struct container_health translate_check(const struct libpod_health_config *from)
{
    return (struct container_health){
        .test = from->test,
        .interval = from->interval,
        .timeout = from->timeout,
        .start_period = from->start_period,
        .start_interval = from->start_interval,
        .retries = from->retries,
    };
}

struct libpod_health_config *libpod_show_check(struct arena *arena, const struct container_health *check)
{
    if (!check)
        return NULL;
    struct libpod_health_config *to = arena_zalloc(arena, sizeof *to);
    *to = (struct libpod_health_config){
        .test = check->test,
        .interval = check->interval,
        .timeout = check->timeout,
        .start_period = check->start_period,
        .start_interval = check->start_interval,
        .retries = check->retries,
    };
    return to;
}

int libpod_translate_health(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    bool known = body->health_action >= 0 && (size_t)body->health_action < sizeof actions / sizeof *actions;
    if (unhonoured_word("healthLogDestination", body->health_log_destination, "local", err) < 0)
        return -1;
    if (!known || !actions[body->health_action])
        return error_set(err, ERROR_INVALID, 0,
                         "health_check_on_failure_action: %lld is not known: expected 0 (none), 2 (kill), 3 (restart) or 4 (stop)",
                         (long long)body->health_action);
    if (body->health_action)
        spec->health_action = actions[body->health_action];
    spec->health_log_count = body->health_max_log_count;
    spec->health_log_size = body->health_max_log_size;
    if (body->health) {
        spec->health = arena_zalloc(arena, sizeof *spec->health);
        *spec->health = translate_check(body->health);
    }
    if (body->startup_health) {
        spec->startup_health = arena_zalloc(arena, sizeof *spec->startup_health);
        spec->startup_health->check = translate_check(&body->startup_health->check);
        spec->startup_health->successes = body->startup_health->successes;
    }
    return 0;
}

void libpod_show_health_config(struct arena *arena, const struct container_spec *spec, struct libpod_container_config *config)
{
    config->health_action = str_or(spec->health_action, "none");
    config->health_log_destination = "local";
    config->health_max_log_count = spec->health_log_count ? *spec->health_log_count : DEFAULT_LOG_COUNT;
    config->health_max_log_size = spec->health_log_size ? *spec->health_log_size : DEFAULT_LOG_SIZE;
    config->health = libpod_show_check(arena, spec->health);
    if (spec->startup_health) {
        config->startup_health = arena_zalloc(arena, sizeof *config->startup_health);
        config->startup_health->check = *libpod_show_check(arena, &spec->startup_health->check);
        config->startup_health->successes = spec->startup_health->successes;
    }
}

void libpod_show_health_log(struct arena *arena, const struct container_health_report *report, struct libpod_health *ret_health)
{
    size_t count = report->log.results.count;
    *ret_health = (struct libpod_health){ .failing_streak = report->failing_streak };
    ret_health->log.items = arena_array(arena, count, sizeof *ret_health->log.items);
    ret_health->log.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct container_health_result *from = &report->log.results.items[i];
        ret_health->log.items[i] = (struct libpod_health_result){ from->start, from->end, from->exit_code, str_or(from->output, "") };
    }
}

int libpod_show_health(struct engine *engine, struct arena *arena, const struct container *ctr, struct libpod_health **ret_health,
                       struct error **err)
{
    struct container_health_report report;
    if (!container_has_health_check(ctr->spec))
        return 0;
    if (container_health(engine, arena, ctr, &report, err) < 0)
        return -1;
    struct libpod_health *health = arena_zalloc(arena, sizeof *health);
    libpod_show_health_log(arena, &report, health);
    health->status = report.status ? container_health_text(report.status) : "";
    *ret_health = health;
    return 0;
}
