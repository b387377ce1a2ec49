/* POST /libpod/containers/{name}/rename */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define RENAME_PARAMS(P)                                                 \
    P(PATH, STR, container, "name", NULL, "Name or id of the container") \
    P(QUERY, STR, name, "name", NULL, "Its new name")
PARAMS(rename_params, RENAME_PARAMS)

static int post_rename(struct call *call, struct error **err)
{
    const struct rename_params *p = call->params;
    if (str_empty(p->name))
        return error_set(err, ERROR_INVALID, 0, "name: missing, expected the container's new name in the query");
    if (container_rename(call->engine, p->container, p->name, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_rename[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/rename"),
        .id = "ContainerRenameLibpod",
        .tag = "containers",
        .summary = "Give a container another name",
        .params = rename_params_table,
        .rights = "containers:write",
        .handler = post_rename,
        .responses = {
            { 204, NULL, "Renamed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
