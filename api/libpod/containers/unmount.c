/* POST /libpod/containers/{name}/unmount */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define UNMOUNT_PARAMS(P) P(PATH, STR, container, "name", NULL, "Name or id of the container")
PARAMS(unmount_params, UNMOUNT_PARAMS)

static int post_unmount(struct call *call, struct error **err)
{
    const struct unmount_params *p = call->params;
    if (container_unmount(call->engine, p->container, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_unmount[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/unmount"),
        .id = "ContainerUnmountLibpod",
        .tag = "containers",
        .summary = "Unmount the root of a container; it stays mounted while it runs, or another client has it",
        .params = unmount_params_table,
        .rights = "containers:copy",
        .handler = post_unmount,
        .responses = { { 204, NULL, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
