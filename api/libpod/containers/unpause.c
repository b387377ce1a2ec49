/* POST /libpod/containers/{name}/unpause */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define UNPAUSE_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the container")
PARAMS(unpause_params, UNPAUSE_PARAMS)

static int post_unpause(struct call *call, struct error **err)
{
    const struct unpause_params *p = call->params;
    if (container_unpause(call->engine, p->name, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_unpause[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/unpause"),
        .id = "ContainerUnpauseLibpod",
        .tag = "containers",
        .summary = "Unpause a container's processes",
        .params = unpause_params_table,
        .rights = "containers:write",
        .handler = post_unpause,
        .responses = {
            { 204, NULL, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
