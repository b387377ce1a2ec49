/* GET /libpod/events */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/event/event.h"

#define EVENTS_PARAMS(P)                                                                                         \
    P(QUERY, STR, since, "since", NULL, "From this time on: Unix seconds, RFC 3339 or a duration")               \
    P(QUERY, STR, until, "until", NULL, "Up to this time")                                                       \
    P(QUERY, BOOL, stream, "stream", "true", "Stay and send what comes")                                         \
    P(QUERY, OPT_I64, since_id, "since_id", NULL, "Exact resume: events after the one with this EventID")        \
    P(HEADER, STR, last_event_id, "Last-Event-ID", NULL, "As since_id, which wins")                              \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(events_params, EVENTS_PARAMS)

/*
 * Docker's words and podman's: shown, and accepted as filters. What podman has no word for is left out: its clients
 * know no other words and give up at one.
 */
static const struct {
    const char *docker, *podman;
} words[] = {
    { "attach", "attach" },
    { "commit", "commit" },
    { "connect", "connect" },
    { "create", "create" },
    { "delete", "remove" },
    { "destroy", "remove" },
    { "die", "died" },
    { "disconnect", "disconnect" },
    { "exec_die", "exec_died" },
    { "exec_start", "exec" },
    { "export", "export" },
    { "health_status", "health_status" },
    { "import", "import" },
    { "kill", "kill" },
    { "load", "loadfromarchive" },
    { "mount", "mount" },
    { "pause", "pause" },
    { "prune", "prune" },
    { "pull", "pull" },
    { "push", "push" },
    { "remove", "remove" },
    { "rename", "rename" },
    { "restart", "restart" },
    { "save", "save" },
    { "start", "start" },
    { "stop", "stop" },
    { "tag", "tag" },
    { "unmount", "unmount" },
    { "unpause", "unpause" },
    { "untag", "untag" },
};

/* Without what Docker puts behind a colon; NULL when podman has no such event. */
static const char *podman_word(const char *action)
{
    size_t len = strcspn(action, ":");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].docker) == len && !strncmp(action, words[i].docker, len))
            return words[i].podman;
    return NULL;
}

/* podman tells of secrets in later versions; clients of 5.4 and before end with a panic at a type they do not know. */
static bool knows_secrets(const struct call *call)
{
    char *end;
    unsigned long major = strtoul(call->version_text, &end, 10), minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
    return !*call->version_text || major > 5 || (major == 5 && minor >= 6);
}

static int add_filter(struct call *call, struct event_filters *filters, const char *key, const char *value,
                      struct error **err)
{
    if (!strcmp(key, "event"))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (!strcmp(value, words[i].podman) &&
                event_filter_add(call->arena, filters, key, words[i].docker, err) < 0)
                return -1;
    return event_filter_add(call->arena, filters, key, value, err);
}

static int send_event(void *context, const struct event *event, struct error **err)
{
    struct call *call = context;
    const char *word = podman_word(event->action);
    if (!word || (str_eq(event->type, "secret") && !knows_secrets(call)))
        return 0;
    struct libpod_event shown = {
        .status = word,
        .id = event->actor_id,
        .from = str_map_get(&event->attributes, "image"),
        .type = event->type,
        .action = word,
        .actor = { event->actor_id, event->attributes },
        .scope = "local",
        .time = event->time_unix_ns / CLOCK_SECOND,
        .time_nano = event->time_unix_ns,
        .event_id = event->id,
    };
    struct str_pair pairs[event->attributes.count + 1]; /* podman's client reads the exit code under its own name */
    const char *code = str_map_get(&event->attributes, "exitCode");
    if (!code && call->libpod_major < 5)
        code = "0"; /* its clients take an event without one for broken */
    if (code) {
        memcpy(pairs, event->attributes.items, event->attributes.count * sizeof *pairs);
        pairs[event->attributes.count] = (struct str_pair){ "containerExitCode", code };
        shown.actor.attributes = (struct str_map){ pairs, event->attributes.count + 1 };
    }
    return reply_next(call, libpod_event_schema(), &shown, err);
}

static int get_events(struct call *call, struct error **err)
{
    const struct events_params *p = call->params;
    int64_t now = clock_now();
    struct event_query query = { .stream = p->stream };
    if ((!str_empty(p->since) && clock_parse_when(p->since, now, "since", &query.since_unix_ns, err) < 0) ||
        (!str_empty(p->until) && clock_parse_when(p->until, now, "until", &query.until_unix_ns, err) < 0))
        return -1;
    if (p->since_id)
        query.after_id = *p->since_id;
    else if (!str_empty(p->last_event_id) && (query.after_id = str_to_int(p->last_event_id)) < 0)
        return error_set(err, ERROR_INVALID, 0, "Last-Event-ID: \"%s\" is not a number", p->last_event_id);
    else if (str_empty(p->since) && str_empty(p->last_event_id) && p->stream &&
             event_newest(call->engine, &query.after_id, err) < 0) /* before the head: what follows it is told */
        return -1;
    for (size_t i = 0; i < p->filters.count; i++)
        for (size_t j = 0; j < p->filters.items[i].values.count; j++)
            if (add_filter(call, &query.filters, p->filters.items[i].key, p->filters.items[i].values.items[j], err) < 0)
                return -1;
    if (reply_begin_stream(call, err) < 0)
        return -1;
    return event_follow(call->engine, &query, &call->sink, send_event, call, err);
}

const struct route libpod_events[] = {
    {
        ROUTE(GET, "/libpod/events"),
        .id = "SystemEventsLibpod",
        .tag = "system",
        .summary = "What happens, as it happens",
        .params = events_params_table,
        .rights = "events:read",
        .handler = get_events,
        .responses = {
            { 200, libpod_event_schema, "One document per event", STREAM, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
