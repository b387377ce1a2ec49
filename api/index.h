#pragma once
/*
 * Routes prepared for matching: their paths cut into segments, in buckets by method and first literal segments, the
 * most telling path of a bucket first. Made once per process from api_routes, never released.
 */
#include <stddef.h>
#include <stdint.h>

#include "api/route.h"

#define INDEX_MAX_SEGMENTS 8 /* of a route's path */

enum segment_kind { SEGMENT_LITERAL, SEGMENT_NAME, SEGMENT_NAMES };

struct segment {
    uint16_t at, len; /* the literal, or the name between the braces, in route->path */
    uint16_t kind;
};

struct pattern {
    const struct route *route;
    size_t number; /* of the route, in the order of api_routes */
    size_t count;
    struct segment segments[INDEX_MAX_SEGMENTS];
};

struct slice {
    const char *text;
    size_t len;
};

/* The patterns that can match a path which begins with these segments. @second is looked at when the first is "libpod".
 * Returns how many there are; they stand one after the other. */
size_t index_find(const char *method, struct slice first, struct slice second, const struct pattern **ret_patterns);
/* The same, whatever the method: calls @visit until it returns true. Returns whether one did. */
_Bool index_any(struct slice first, struct slice second, _Bool (*visit)(const struct pattern *pattern, void *context),
                void *context);
/* Routes of the Docker dialect whose path begins with a name: OPTIONS of any path. */
size_t index_find_wild(const char *method, const struct pattern **ret_patterns);
