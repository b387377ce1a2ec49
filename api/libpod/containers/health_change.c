/* An update's members about health checks, in podman's forms. */
#include <string.h>

#include "api/libpod/containers/health.h"
#include "api/types/libpod/libpod.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/health/health.h"
#include "core/schema/json.h"

static int take_time(struct arena *arena, const char *field, const char *text, int64_t least, const int64_t **ret_ns, struct error **err)
{
    int64_t *ns = arena_zalloc(arena, sizeof *ns);
    if (str_empty(text))
        return 0;
    if (clock_parse_duration(text, ns) < 0 || *ns < least)
        return error_set(err, ERROR_INVALID, 0, "%s: \"%s\" is not a time of at least %llds: expected one such as 30s or 1m30s", field, text,
                         (long long)(least / CLOCK_SECOND));
    *ret_ns = ns;
    return 0;
}

static int take_interval(struct arena *arena, const char *field, const char *text, const int64_t **ret_ns, struct error **err)
{
    static const int64_t never = 0;
    if (!str_eq(text, "disable"))
        return take_time(arena, field, text, 0, ret_ns, err);
    *ret_ns = &never;
    return 0;
}

static int take_number(const char *field, const int64_t *number, int64_t least, const int64_t **ret_number, struct error **err)
{
    if (number && *number < least)
        return error_set(err, ERROR_INVALID, 0, "%s: %lld is less than %lld", field, (long long)*number, (long long)least);
    *ret_number = number;
    return 0;
}

static bool is_kind(const char *word)
{
    return str_eq(word, "CMD") || str_eq(word, "CMD-SHELL") || str_eq(word, "NONE");
}

/* A list of one is for the shell, too. */
static void take_words(struct arena *arena, const struct json *list, struct str_list *test)
{
    if (list->count && !is_kind(list->members[0].value.text))
        str_list_add(arena, test, list->count > 1 ? "CMD" : "CMD-SHELL");
    for (size_t i = 0; i < list->count; i++)
        str_list_add(arena, test, list->members[i].value.text);
}

static int take_command(struct arena *arena, const char *field, const char *text, const struct str_list **ret_test, struct error **err)
{
    struct str_list *test = arena_zalloc(arena, sizeof *test);
    autoerror *plain = NULL;
    if (str_empty(text))
        return 0;
    const struct json *list = *text == '[' ? json_parse(arena, text, strlen(text), SCHEMA_LIMITS, &plain) : NULL;
    bool words = list && list->kind == JSON_LIST_KIND && list->count > 0;
    for (size_t i = 0; words && i < list->count; i++)
        words = list->members[i].value.kind == JSON_TEXT_KIND;
    if (words) {
        take_words(arena, list, test);
    } else if (!strcasecmp(text, "none")) {
        str_list_add(arena, test, "NONE");
    } else {
        str_list_add(arena, test, "CMD-SHELL");
        str_list_add(arena, test, str_starts(text, "CMD-SHELL ") ? text + strlen("CMD-SHELL ") : text);
    }
    if (test->count == 1 && strcmp(test->items[0], "NONE") != 0)
        return error_set(err, ERROR_INVALID, 0, "%s: \"%s\" has no command", field, text);
    *ret_test = test;
    return 0;
}

static int take_check(struct arena *arena, const struct libpod_update *body, struct container_health_change *change, struct error **err)
{
    if (take_command(arena, "health_cmd", body->health_cmd, &change->test, err) < 0 ||
        take_interval(arena, "health_interval", body->health_interval, &change->interval, err) < 0 ||
        take_time(arena, "health_timeout", body->health_timeout, CLOCK_SECOND, &change->timeout, err) < 0 ||
        take_time(arena, "health_start_period", body->health_start_period, 0, &change->start_period, err) < 0)
        return -1;
    return take_number("health_retries", body->health_retries, 1, &change->retries, err);
}

static int take_startup(struct arena *arena, const struct libpod_update *body, struct container_health_change *change, struct error **err)
{
    if (take_command(arena, "health_startup_cmd", body->health_startup_cmd, &change->startup_test, err) < 0 ||
        take_interval(arena, "health_startup_interval", body->health_startup_interval, &change->startup_interval, err) < 0 ||
        take_time(arena, "health_startup_timeout", body->health_startup_timeout, CLOCK_SECOND, &change->startup_timeout, err) < 0 ||
        take_number("health_startup_retries", body->health_startup_retries, 0, &change->startup_retries, err) < 0)
        return -1;
    return take_number("health_startup_success", body->health_startup_success, 0, &change->startup_successes, err);
}

int libpod_translate_health_change(struct arena *arena, const struct libpod_update *body, const struct container_health_change **ret_change,
                                   struct error **err)
{
    static const struct container_health_change nothing;
    struct container_health_change *change = arena_zalloc(arena, sizeof *change);
    if (unhonoured_word("health_log_destination", body->health_log_destination, "local", err) < 0 ||
        unhonoured_word("health_on_failure", body->health_on_failure, "none|kill|restart|stop", err) < 0 ||
        take_check(arena, body, change, err) < 0 || take_startup(arena, body, change, err) < 0 ||
        take_number("health_max_log_count", body->health_max_log_count, 0, &change->log_count, err) < 0 ||
        take_number("health_max_log_size", body->health_max_log_size, 0, &change->log_size, err) < 0)
        return -1;
    change->none = body->no_healthcheck;
    change->action = str_empty(body->health_on_failure) ? NULL : body->health_on_failure;
    *ret_change = memcmp(change, &nothing, sizeof nothing) ? change : NULL;
    return 0;
}
