/* POST /containers/{id}/unpause */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/container/container.h"

#define UNPAUSE_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the container")
PARAMS(unpause_params, UNPAUSE_PARAMS)

static int post_unpause(struct call *call, struct error **err)
{
    const struct unpause_params *p = call->params;
    if (container_unpause(call->engine, p->id, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route docker_containers_unpause[] = {
    {
        ROUTE(POST, "/containers/{id}/unpause"),
        .id = "ContainerUnpause",
        .tag = "containers",
        .summary = "Let a container's processes go on",
        .params = unpause_params_table,
        .rights = "containers:write",
        .handler = post_unpause,
        .responses = {
            { 204, NULL, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
