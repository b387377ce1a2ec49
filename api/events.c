#include "api/events.h"

#include "api/call.h"
#include "api/headers.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/event/event.h"

#define MAX_HEARTBEAT_S 86400

static int read_times(const struct events_place *place, struct event_query *query, struct error **err)
{
    int64_t now = clock_now();
    if ((!str_empty(place->since) && clock_parse_when(place->since, now, "since", &query->since_unix_ns, err) < 0) ||
        (!str_empty(place->until) && clock_parse_when(place->until, now, "until", &query->until_unix_ns, err) < 0))
        return -1;
    if (!str_empty(place->since) && !str_empty(place->until) && query->since_unix_ns > query->until_unix_ns)
        return error_set(err, ERROR_INVALID, 0, "since: \"%s\" is after until: \"%s\"", place->since, place->until);
    if (!str_empty(place->until) && query->until_unix_ns < 1)
        query->until_unix_ns = 1; /* 0 would be no end */
    return 0;
}

/* Without a word about the past there is none, in a stream; the present begins before the head, so that what follows it
 * is told. */
static int read_resume(struct call *call, const struct events_place *place, struct event_query *query, struct error **err)
{
    query->resumes = place->since_id || !str_empty(place->last_event_id);
    if (place->since_id && *place->since_id < 0)
        return error_set(err, ERROR_INVALID, 0, "since_id: \"%lld\" is negative", (long long)*place->since_id);
    if (place->since_id)
        query->after_id = *place->since_id;
    else if (query->resumes && (query->after_id = str_to_int(place->last_event_id)) < 0)
        return error_set(err, ERROR_INVALID, 0, "Last-Event-ID: \"%s\" is not a number", place->last_event_id);
    if (!query->resumes && query->stream && str_empty(place->since) && str_empty(place->until))
        return event_newest(call->engine, &query->after_id, err);
    return 0;
}

/* Who resumes is told within the stream. */
static int warn(struct call *call, const struct events_place *place, const struct event_query *query, struct error **err)
{
    bool forgotten;
    if (query->resumes || str_empty(place->since))
        return 0;
    if (event_is_forgotten(call->engine, query->since_unix_ns, &forgotten, err) < 0)
        return -1;
    if (forgotten)
        headers_add_warning(call, "since: older events have been forgotten");
    return 0;
}

int events_read_place(struct call *call, const struct events_place *place, struct event_query *query, struct error **err)
{
    if (place->heartbeat_s < 0 || place->heartbeat_s > MAX_HEARTBEAT_S)
        return error_set(err, ERROR_INVALID, 0, "heartbeat: \"%lld\" is not a number of seconds from 0 to %d",
                         (long long)place->heartbeat_s, MAX_HEARTBEAT_S);
    query->heartbeat_ms = place->heartbeat_s * 1000;
    if (read_times(place, query, err) < 0 || read_resume(call, place, query, err) < 0)
        return -1;
    return warn(call, place, query, err);
}
