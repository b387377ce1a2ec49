#pragma once
/* The `filters` parameter of lists, prunes and events. */
#include "api/route.h"

struct arena;

/*
 * {"key":["value"]} or {"key":{"value":true}} (names with false do not count), or {"key":true}; "" is no filter.
 * -1 with ERROR_INVALID, which names @name. Arena.
 */
int filters_parse(struct arena *arena, const char *name, const char *text, struct filters *ret_filters,
                  struct error **err);
/* ERROR_INVALID names the first key that is none of the words of "first|second|…". */
int filters_check(const struct filters *filters, const char *accepted, struct error **err);

/* One value of one key after the other: for (struct filter_term term = { 0 }; filters_next(filters, &term);) */
struct filter_term {
    const char *key, *value;
    size_t filter, next; /* private */
};
bool filters_next(const struct filters *filters, struct filter_term *term);
