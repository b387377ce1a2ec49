/* POST /containers/{id}/stop */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/container/container.h"

#define STOP_PARAMS(P)                                                                                       \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                              \
    P(QUERY, STR, signal, "signal", NULL, "Signal that stops it; absent: the container's own")               \
    P(QUERY, OPT_I64, t, "t", NULL, "Seconds until it is killed, -1: never; absent: the container's own")
PARAMS(stop_params, STOP_PARAMS)

static int post_stop(struct call *call, struct error **err)
{
    const struct stop_params *p = call->params;
    if (container_stop(call->engine, p->id, p->t, p->signal, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route docker_containers_stop[] = {
    {
        ROUTE(POST, "/containers/{id}/stop"),
        .id = "ContainerStop",
        .tag = "containers",
        .summary = "Stop a container",
        .params = stop_params_table,
        .rights = "containers:write",
        .handler = post_stop,
        .responses = {
            { 204, NULL, "Stopped", REPLY_OBJECT, NULL },
            { 304, NULL, "It did not run", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
