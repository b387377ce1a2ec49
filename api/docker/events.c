/* GET /events */
#include <string.h>

#include "api/call.h"
#include "api/docker/system_tables.h"
#include "api/events.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/image/image.h"

#define EVENTS_PARAMS(P)                                                                                    \
    P(QUERY, STR, since, "since", NULL, "From this time on, then what comes: Unix seconds, RFC 3339 or a duration") \
    P(QUERY, STR, until, "until", NULL, "Up to this time, then the stream ends")                            \
    P(QUERY, OPT_I64, since_id, "since_id", NULL, "Exact resume: events after the one with this EventID")   \
    P(HEADER, STR, last_event_id, "Last-Event-ID", NULL, "As since_id, which wins")                         \
    P(QUERY, I64, heartbeat, "heartbeat", "0", "Seconds after which a daemon event called heartbeat is sent when nothing else was; 0: never") \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(events_params, EVENTS_PARAMS)

/* The repository of a familiar reference. */
static const char *repository(struct arena *arena, const char *reference)
{
    size_t len = strcspn(reference, "@");
    const char *slash = memrchr(reference, '/', len), *start = slash ? slash : reference;
    const char *colon = memchr(start, ':', len - (size_t)(start - reference));
    return arena_strndup(arena, reference, colon ? (size_t)(colon - reference) : len);
}

static void rename_subject(struct arena *arena, const struct event *event, const char *name, struct docker_event *shown)
{
    struct str_map attributes = { 0 };
    for (size_t i = 0; i < event->attributes.count; i++)
        str_map_set(arena, &attributes, event->attributes.items[i].key, event->attributes.items[i].value);
    str_map_set(arena, &attributes, "name", name);
    shown->actor.attributes = attributes;
}

/* Familiar names; a pull and a push are about the reference and name its repository. */
static void show_image(struct arena *arena, const struct event *event, struct docker_event *shown)
{
    const char *name = str_map_get(&event->attributes, "name");
    if (!name || str_starts(name, "sha256:"))
        return;
    name = image_familiar(arena, name);
    if (str_eq(event->action, "pull") || str_eq(event->action, "push")) {
        shown->id = shown->actor.id = name;
        name = repository(arena, name);
    }
    rename_subject(arena, event, name, shown);
}

/* The default network has another name here. */
static void show_network(struct call *call, struct arena *arena, const struct event *event, struct docker_event *shown)
{
    if (str_eq(str_map_get(&event->attributes, "name"), call->engine->config->default_network))
        rename_subject(arena, event, "bridge", shown);
}

static int send_event(void *context, const struct event *event, struct error **err)
{
    struct call *call = context;
    bool image = str_eq(event->type, "image"), network = str_eq(event->type, "network"), old_form = image || str_eq(event->type, "container");
    struct docker_event shown = {
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
    autoarena *arena = image || network ? arena_new() : NULL; /* not the call's: a stream has no end */
    if (image)
        show_image(arena, event, &shown);
    if (network)
        show_network(call, arena, event, &shown);
    return reply_next(call, docker_event_schema(), &shown, err);
}

static int get_events(struct call *call, struct error **err)
{
    const struct events_params *p = call->params;
    struct event_query query = { .stream = true };
    const struct events_place place = {
        .since = p->since,
        .until = p->until,
        .since_id = p->since_id,
        .last_event_id = p->last_event_id,
        .heartbeat_s = p->heartbeat,
    };
    if (events_read_place(call, &place, &query, err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(&p->filters, &term);)
        if (event_filter_add(call->arena, &query.filters, term.key, term.value, err) < 0)
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
