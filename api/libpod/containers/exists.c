/* GET /libpod/containers/{name}/exists */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define EXISTS_PARAMS(P)                                                    \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")         \
    P(QUERY, BOOL, external, "external", "false", "Also containers other tools made in the store: none are looked at")
PARAMS(exists_params, EXISTS_PARAMS)

static int get_exists(struct call *call, struct error **err)
{
    const struct exists_params *p = call->params;
    autocontainer *ctr = container_find(call->engine, p->name, err);
    return ctr ? reply_empty(call, 204, err) : -1;
}

const struct route libpod_containers_exists[] = {
    {
        ROUTE(GET, "/libpod/containers/{name}/exists"),
        .id = "ContainerExistsLibpod",
        .tag = "containers",
        .summary = "Whether a container exists",
        .params = exists_params_table,
        .rights = "containers:read",
        .handler = get_exists,
        .responses = { { 204, NULL, "It does", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, INTERNAL_ERROR },
    },
    { 0 },
};
