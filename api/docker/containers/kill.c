/* POST /containers/{id}/kill */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define KILL_PARAMS(P)                                          \
    P(PATH, STR, id, "id", NULL, "Name or id of the container") \
    P(QUERY, STR, signal, "signal", "SIGKILL", "Signal by name, with or without SIG, or number")
PARAMS(kill_params, KILL_PARAMS)

static int post_kill(struct call *call, struct error **err)
{
    const struct kill_params *p = call->params;
    if (container_kill(call->engine, p->id, p->signal, err) < 0)
        return error_wrap(err, "cannot kill container: %s", p->id);
    return reply_empty(call, 204, err);
}

const struct route docker_containers_kill[] = {
    {
        ROUTE(POST, "/containers/{id}/kill"),
        .id = "ContainerKill",
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
