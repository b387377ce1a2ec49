/* POST /libpod/containers/{name}/start */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/container/container.h"

#define START_PARAMS(P)                                                                                   \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                       \
    P(QUERY, STR, detach_keys, "detachKeys", NULL, "Counts at attach; heard here for podman-remote")      \
    P(QUERY, BOOL, recursive, "recursive", "false", "Start what it depends on too: pods' business, heard only")
PARAMS(start_params, START_PARAMS)

static int post_start(struct call *call, struct error **err)
{
    const struct start_params *p = call->params;
    if (container_start(call->engine, p->name, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_containers_start[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/start"),
        .id = "ContainerStartLibpod",
        .tag = "containers",
        .summary = "Start a container",
        .params = start_params_table,
        .rights = "containers:write",
        .handler = post_start,
        .responses = {
            { 204, NULL, "Started", REPLY_OBJECT, NULL },
            { 304, NULL, "It runs already", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
