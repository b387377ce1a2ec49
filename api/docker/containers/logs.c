/* GET /containers/{id}/logs */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/docker/stream.h"
#include "api/log_query.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define LOGS_PARAMS(P)                                                                               \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                      \
    P(QUERY, BOOL, follow, "follow", "false", "Stay and send what comes, also before it started")    \
    P(QUERY, BOOL, out, "stdout", "false", "Standard output")                                        \
    P(QUERY, BOOL, errors, "stderr", "false", "Standard error")                                      \
    P(QUERY, STR, since, "since", NULL, "From this time on: Unix seconds, RFC 3339 or a duration")   \
    P(QUERY, STR, until, "until", NULL, "Up to this time")                                           \
    P(QUERY, BOOL, timestamps, "timestamps", "false", "A time before each line")                     \
    P(QUERY, BOOL, details, "details", "false", "Attributes of each line: logs have none here")      \
    P(QUERY, STR, tail, "tail", "all", "Only so many lines from the end; all or -1 for all")
PARAMS(logs_params, LOGS_PARAMS)

static int get_logs(struct call *call, struct error **err)
{
    const struct logs_params *p = call->params;
    struct container_log_query query = {
        .follow = p->follow, .out = p->out, .err = p->errors, .timestamps = p->timestamps
    };
    if (!p->out && !p->errors)
        return error_set(err, ERROR_INVALID, 0, "Bad parameters: you must choose at least one stream");
    if (log_query_parse(p->tail, p->since, p->until, &query, err) < 0)
        return -1;
    autocontainer *ctr = container_find(call->engine, p->id, err);
    if (!ctr)
        return -1;
    query.framed = !ctr->spec->tty;
    call->raw_media = docker_log_media(call, query.framed);
    if (container_logs_check(ctr, err) < 0 || reply_begin_stream(call, err) < 0)
        return -1;
    return container_logs(call->engine, ctr, &query, &call->sink, err);
}

const struct route docker_containers_logs[] = {
    {
        ROUTE(GET, "/containers/{id}/logs"),
        .id = "ContainerLogs",
        .tag = "containers",
        .summary = "What a container wrote",
        .params = logs_params_table,
        .rights = "containers:read",
        .handler = get_logs,
        .responses = {
            { 200, NULL, "Frames, or raw bytes of a terminal", RAW, "application/vnd.docker.raw-stream" },
            { 200, NULL, "Frames, from 1.42 on", RAW, "application/vnd.docker.multiplexed-stream" },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
