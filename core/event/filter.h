#pragma once
/* Whether an event passes filters. Private to core/event. */
#include <stdbool.h>

struct event;
struct event_filters;

bool event_matches(const struct event_filters *filters, const struct event *event);
