#pragma once
/* What attaching has in common with and without a WebSocket. Private to api/docker/containers. */
#include "api/call.h"
#include "core/container/container.h"

#define ATTACH_PARAMS(P)                                                                                \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                         \
    P(QUERY, STR, detach_keys, "detachKeys", NULL, "Keys that detach, ctrl-p,ctrl-q by default")        \
    P(QUERY, BOOL, logs, "logs", "false", "Send what was logged before")                                \
    P(QUERY, BOOL, stream, "stream", "false", "Stay attached")                                          \
    P(QUERY, BOOL, in, "stdin", "false", "Attach standard input")                                       \
    P(QUERY, BOOL, out, "stdout", "false", "Attach standard output")                                    \
    P(QUERY, BOOL, errors, "stderr", "false", "Attach standard error")
PARAMS(attach_params, ATTACH_PARAMS)

static inline struct container_attach_query query_of(const struct attach_params *p)
{
    return (struct container_attach_query){
        .in = p->in,
        .out = p->out,
        .err = p->errors,
        .logs = p->logs,
        .stream = p->stream,
        .detach_keys = str_empty(p->detach_keys) ? NULL : p->detach_keys,
    };
}
