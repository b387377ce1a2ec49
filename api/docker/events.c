/* GET /events */
#include <string.h>

#include "api/call.h"
#include "api/docker/system_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/event/event.h"

#define EVENTS_PARAMS(P)                                                                                    \
    P(QUERY, STR, since, "since", NULL, "From this time on, then what comes: Unix seconds, RFC 3339 or a duration") \
    P(QUERY, STR, until, "until", NULL, "Up to this time, then the stream ends")                            \
    P(QUERY, OPT_I64, since_id, "since_id", NULL, "Exact resume: events after the one with this EventID")   \
    P(HEADER, STR, last_event_id, "Last-Event-ID", NULL, "As since_id, which wins")                         \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(events_params, EVENTS_PARAMS)

static int send_event(void *context, const struct event *event, struct error **err)
{
    struct call *call = context;
    bool old_form = str_eq(event->type, "container") || str_eq(event->type, "image");
    const struct docker_event shown = {
        .status = old_form ? event->action : NULL,
        .id = old_form ? event->actor_id : NULL,
        .from = str_eq(event->type, "container") ? str_map_get(&event->attributes, "image") : NULL,
        .type = event->type,
        .action = event->action,
        .actor = { event->actor_id, event->attributes },
        .scope = "local",
        .time = event->time_unix_ns / CLOCK_SECOND,
        .time_nano = event->time_unix_ns,
        .event_id = event->id,
    };
    return reply_next(call, docker_event_schema(), &shown, err);
}

static int read_times(const struct events_params *p, struct event_query *query, struct error **err)
{
    int64_t now = clock_now();
    if ((!str_empty(p->since) && clock_parse_when(p->since, now, "since", &query->since_unix_ns, err) < 0) ||
        (!str_empty(p->until) && clock_parse_when(p->until, now, "until", &query->until_unix_ns, err) < 0))
        return -1;
    if (!str_empty(p->since) && !str_empty(p->until) && query->since_unix_ns > query->until_unix_ns)
        return error_set(err, ERROR_INVALID, 0, "since: \"%s\" is after until: \"%s\"", p->since, p->until);
    if (!str_empty(p->until) && query->until_unix_ns < 1)
        query->until_unix_ns = 1; /* 0 would be no end */
    return 0;
}

/* Without a word about the past there is none; the present begins before the head, so that what follows it is told. */
static int read_resume(struct call *call, const struct events_params *p, struct event_query *query, struct error **err)
{
    if (p->since_id && *p->since_id < 0)
        return error_set(err, ERROR_INVALID, 0, "since_id: \"%lld\" is negative", (long long)*p->since_id);
    if (p->since_id)
        query->after_id = *p->since_id;
    else if (!str_empty(p->last_event_id) && (query->after_id = str_to_int(p->last_event_id)) < 0)
        return error_set(err, ERROR_INVALID, 0, "Last-Event-ID: \"%s\" is not a number", p->last_event_id);
    else if (str_empty(p->last_event_id) && str_empty(p->since) && str_empty(p->until))
        return event_newest(call->engine, &query->after_id, err);
    return 0;
}

static int get_events(struct call *call, struct error **err)
{
    const struct events_params *p = call->params;
    struct event_query query = { .stream = true };
    if (read_times(p, &query, err) < 0 || read_resume(call, p, &query, err) < 0)
        return -1;
    for (size_t i = 0; i < p->filters.count; i++)
        for (size_t j = 0; j < p->filters.items[i].values.count; j++)
            if (event_filter_add(call->arena, &query.filters, p->filters.items[i].key, p->filters.items[i].values.items[j], err) < 0)
                return -1;
    if (reply_begin_stream(call, err) < 0)
        return -1;
    return event_follow(call->engine, &query, &call->sink, send_event, call, err);
}

const struct route docker_events[] = {
    {
        ROUTE(GET, "/events"),
        .id = "SystemEvents",
        .tag = "system",
        .summary = "What happens, as it happens",
        .params = events_params_table,
        .rights = "events:read",
        .handler = get_events,
        .responses = {
            { 200, docker_event_schema, "One document per event", STREAM, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
