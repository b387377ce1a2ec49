/* GET /libpod/events */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/events.h"
#include "api/filters.h"
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
    P(QUERY, I64, heartbeat, "heartbeat", "0", "Seconds after which a daemon event called heartbeat is sent when nothing else was; 0: never") \
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
    { "build", "build" },
    { "checkpoint", "checkpoint" },
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
    { "init", "init" },
    { "kill", "kill" },
    { "load", "loadfromarchive" },
    { "mount", "mount" },
    { "pause", "pause" },
    { "prune", "prune" },
    { "pull", "pull" },
    { "push", "push" },
    { "refresh", "refresh" },
    { "remove", "remove" },
    { "rename", "rename" },
    { "restart", "restart" },
    { "restore", "restore" },
    { "save", "save" },
    { "start", "start" },
    { "stop", "stop" },
    { "tag", "tag" },
    { "unmount", "unmount" },
    { "unpause", "unpause" },
    { "untag", "untag" },
    { "update", "update" },
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

/* "health_status: healthy" */
static const char *health_of(const char *action)
{
    static const char mark[] = "health_status: ";
    return str_starts(action, mark) ? action + strlen(mark) : NULL;
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

/* Its clients give up at a type they do not know, too. What only we tell is for who asked for it. */
static const char *podman_action(const struct call *call, const struct event *event)
{
    static const char *const types[] = { "container", "image", "network", "pod", "system", "volume" };
    size_t known = sizeof types / sizeof *types, i = 0;
    if (str_eq(event->type, "daemon"))
        return str_eq(event->action, EVENT_GAP) || str_eq(event->action, EVENT_HEARTBEAT) ? event->action : NULL;
    if (str_eq(event->type, "secret"))
        return knows_secrets(call) ? podman_word(event->action) : NULL;
    while (i < known && strcmp(types[i], event->type) != 0)
        i++;
    return i < known ? podman_word(event->action) : NULL;
}

/* podman's client reads the exit code under its own name. @room: for one more than there are */
static struct str_map podman_attributes(const struct call *call, const struct event *event, struct str_pair *room)
{
    const char *code = str_map_get(&event->attributes, "exitCode");
    if (!code && call->libpod_major < 5)
        code = "0"; /* its clients take an event without one for broken */
    if (!code)
        return event->attributes;
    if (event->attributes.count)
        memcpy(room, event->attributes.items, event->attributes.count * sizeof *room);
    room[event->attributes.count] = (struct str_pair){ "containerExitCode", code };
    return (struct str_map){ room, event->attributes.count + 1 };
}

/* Podman tells of a container's networks by the container, and only when a user connects or disconnects it. */
static bool is_member_event(const struct event *event)
{
    return str_eq(event->type, "network") && (str_eq(event->action, "connect") || str_eq(event->action, "disconnect"));
}

static int send_member_event(struct call *call, struct libpod_event *shown, const struct event *event, struct error **err)
{
    const char *name = str_map_get(&event->attributes, "containerName");
    if (!name)
        return 0;
    struct str_pair pairs[] = {
        { "image", "" },
        { "name", name },
        { "network", str_or(str_map_get(&event->attributes, "name"), "") },
        { "podId", "" },
        { "containerExitCode", "0" },
    };
    shown->id = shown->actor.id = str_map_get(&event->attributes, "container");
    shown->actor.attributes = (struct str_map){ pairs, call->libpod_major < 5 ? 5 : 4 };
    return reply_next(call, libpod_event_schema(), shown, err);
}

static int send_event(void *context, const struct event *event, struct error **err)
{
    struct call *call = context;
    const char *word = podman_action(call, event), *id = event->actor_id;
    struct str_pair room[event->attributes.count + 1];
    if (!word)
        return 0;
    if (str_eq(event->type, "image") && str_starts(id, "sha256:"))
        id += strlen("sha256:");
    struct libpod_event shown = {
        .status = word,
        .id = id,
        .from = str_map_get(&event->attributes, "image"),
        .type = event->type,
        .action = word,
        .actor = { id, podman_attributes(call, event, room) },
        .scope = "local",
        .time = event->time_unix_ns / CLOCK_SECOND,
        .time_nano = event->time_unix_ns,
        .health_status = health_of(event->action),
        .event_id = event->id,
    };
    if (is_member_event(event))
        return send_member_event(call, &shown, event, err);
    return reply_next(call, libpod_event_schema(), &shown, err);
}

static int get_events(struct call *call, struct error **err)
{
    const struct events_params *p = call->params;
    struct event_query query = { .stream = p->stream };
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
        if (add_filter(call, &query.filters, term.key, term.value, err) < 0)
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
