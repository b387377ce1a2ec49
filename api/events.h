#pragma once
/* Where in time an answer of the events routes begins and ends: the same in both dialects. */
#include <stdint.h>

struct call;
struct error;
struct event_query;

struct events_place { /* parameters as they came */
    const char *since, *until;
    const int64_t *since_id;
    const char *last_event_id;
    int64_t heartbeat_s;
};
/*
 * Fills times, place and heartbeat of @query, whose `stream` is set. ERROR_INVALID names the parameter. A Warning header is
 * added when events of the time that was asked for have been forgotten.
 */
int events_read_place(struct call *call, const struct events_place *place, struct event_query *query, struct error **err);
