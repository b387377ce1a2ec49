/* POST /libpod/containers/{name}/restart */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define RESTART_PARAMS(P)                                            \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")  \
    P(QUERY, OPT_I64, timeout, "timeout", NULL, "Seconds until it is killed; absent: t, then the container's own") \
    P(QUERY, OPT_I64, t, "t", NULL, "As timeout, which wins")
PARAMS(restart_params, RESTART_PARAMS)

static int post_restart(struct call *call, struct error **err)
{
    const struct restart_params *p = call->params;
    if (container_restart(call->engine, p->name, p->timeout ? p->timeout : p->t, NULL, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_restart[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/restart"),
        .id = "ContainerRestartLibpod",
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
