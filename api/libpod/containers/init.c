/* POST /libpod/containers/{name}/init */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define INIT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the container")
PARAMS(init_params, INIT_PARAMS)

static int post_init(struct call *call, struct error **err)
{
    const struct init_params *p = call->params;
    if (container_init(call->engine, p->name, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_init[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/init"),
        .id = "ContainerInitLibpod",
        .tag = "containers",
        .summary = "All of a start but the start of the command: mounts, network, processes",
        .params = init_params_table,
        .rights = "containers:write",
        .handler = post_init,
        .responses = {
            { 204, NULL, "Initialized", REPLY_OBJECT, NULL },
            { 304, NULL, "It is initialized already", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
