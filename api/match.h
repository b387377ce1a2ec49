#pragma once
/*
 * From a request's method and target to a route: version prefix, segments, names.
 *
 * A prefix is /v and digits and dots for Docker's paths, /v, a digit and any of 0-9A-Za-z.- for libpod's; both may be
 * left out. A libpod route's `since` and `until` are major numbers of that prefix and hide the route; a Docker route's
 * are only documented (dockerd answers newer routes below older prefixes as well).
 */
#include "api/call.h"

enum match_result {
    MATCH_ROUTE,
    MATCH_NOTHING,   /* no route has this path */
    MATCH_METHOD,    /* one has, for other methods */
    MATCH_ELSEWHERE, /* the path is not in its clean form: `location` is */
};

struct match {
    enum match_result result;
    enum dialect dialect;
    unsigned level, libpod_major; /* as in struct call */
    const char *version_text;
    const struct route *route;
    size_t number; /* of the route, in the order of api_routes */
    struct str_map names; /* of the path, decoded */
    const char *query;    /* behind the '?'; "" without */
    const char *location; /* with the query */
};

/*
 * Fills *ret_match, also when it fails with
 *   ERROR_INVALID  a malformed escape; a Docker version out of range for a path that exists (`route` is set then)
 */
int match_request(struct arena *arena, const char *method, const char *target, struct match *ret_match,
                  struct error **err);
