/* POST /libpod/containers/{name}/stop */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define STOP_PARAMS(P)                                                                                            \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                               \
    P(QUERY, OPT_I64, timeout, "timeout", NULL, "Seconds until it is killed; absent: the container's own")        \
    P(QUERY, OPT_I64, t, "t", NULL, "As timeout, which wins")                                                     \
    P(QUERY, BOOL, all, "all", "false", "Heard from podman-remote, which names each container itself")            \
    P(QUERY, BOOL, ignore, "ignore", "false", "A container that does not run is no error: answers 204, not 304")
PARAMS(stop_params, STOP_PARAMS)

static int post_stop(struct call *call, struct error **err)
{
    const struct stop_params *p = call->params;
    if (container_stop(call->engine, p->name, p->timeout ? p->timeout : p->t, NULL, err) < 0) {
        if (!p->ignore || (*err)->kind != ERROR_NOT_MODIFIED)
            return -1;
        error_clear(err);
    }
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_stop[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/stop"),
        .id = "ContainerStopLibpod",
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
