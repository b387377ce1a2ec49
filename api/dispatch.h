#pragma once
/*
 * From a request's method and target to a handler's return: version prefix, route, parameters, body, handler, error.
 */
#include <stdbool.h>
#include <stddef.h>

#include "api/call.h"
#include "api/caller.h"

struct audit;
struct policy;
struct tally;

struct api { /* what the calls of a connection have in common */
    struct engine *engine;
    bool strict;
    struct tally *tally;         /* NULL: nobody counts calls */
    struct audit *audit;         /* NULL: no lines */
    const struct policy *policy; /* NULL: everything is allowed */
    struct caller caller;
};

struct request {
    const char *method; /* as sent */
    const char *target; /* origin form, as sent: "/v1.41/containers/json?all=1"; the head gate has checked its bytes */
    bool has_body;      /* a length above 0 or chunked */
    const char *content_type; /* NULL when absent */
};

/* Answers one request completely through @ops (errors too). Returns 0 when the connection may go on, -1 when it has to
 * be closed (an error after the first byte, a hijack). @transport: for the ops. */
int api_dispatch(const struct api *api, const struct request *request, const struct call_ops *ops, void *transport, struct arena *arena);

/* The status an error of this kind gets, on both HTTP dialects. */
int api_status(const struct error *err);
