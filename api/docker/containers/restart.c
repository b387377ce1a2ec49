/* POST /containers/{id}/restart */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/container/container.h"

#define RESTART_PARAMS(P)                                                                                    \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                              \
    P(QUERY, STR, signal, "signal", NULL, "Signal that stops it; absent: the container's own")               \
    P(QUERY, OPT_I64, t, "t", NULL, "Seconds until it is killed, -1: never; absent: the container's own")
PARAMS(restart_params, RESTART_PARAMS)

static int post_restart(struct call *call, struct error **err)
{
    const struct restart_params *p = call->params;
    if (container_restart(call->engine, p->id, p->t, p->signal, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route docker_containers_restart[] = {
    {
        ROUTE(POST, "/containers/{id}/restart"),
        .id = "ContainerRestart",
        .tag = "containers",
        .summary = "Stop and start a container",
        .params = restart_params_table,
        .rights = "containers:write",
        .handler = post_restart,
        .responses = {
            { 204, NULL, "Restarted", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
