/* POST /libpod/containers/{name}/pause */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define PAUSE_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the container")
PARAMS(pause_params, PAUSE_PARAMS)

static int post_pause(struct call *call, struct error **err)
{
    const struct pause_params *p = call->params;
    if (container_pause(call->engine, p->name, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_pause[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/pause"),
        .id = "ContainerPauseLibpod",
        .tag = "containers",
        .summary = "Pause a container's processes",
        .params = pause_params_table,
        .rights = "containers:write",
        .handler = post_pause,
        .responses = {
            { 204, NULL, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
