/* POST /libpod/containers/{name}/kill */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define KILL_PARAMS(P)                                                                                 \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                    \
    P(QUERY, STR, signal, "signal", "SIGKILL", "Signal by name, with or without SIG, or number")       \
    P(QUERY, BOOL, all, "all", "false", "Heard from podman-remote, which names each container itself")
PARAMS(kill_params, KILL_PARAMS)

static int post_kill(struct call *call, struct error **err)
{
    const struct kill_params *p = call->params;
    if (container_kill(call->engine, p->name, p->signal, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_kill[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/kill"),
        .id = "ContainerKillLibpod",
        .tag = "containers",
        .summary = "Send a signal to a container",
        .params = kill_params_table,
        .rights = "containers:write",
        .handler = post_kill,
        .responses = {
            { 204, NULL, "Sent", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
