/* DELETE /libpod/containers/{name} */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define REMOVE_PARAMS(P)                                                                                         \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                              \
    P(QUERY, BOOL, force, "force", "false", "Kill it when it runs")                                              \
    P(QUERY, BOOL, volumes, "v", "false", "Remove its anonymous volumes")                                        \
    P(QUERY, BOOL, volumes_long, "volumes", "false", "As v")                                                     \
    P(QUERY, BOOL, ignore, "ignore", "false", "A missing container is no error")                                 \
    P(QUERY, BOOL, depend, "depend", "false", "Remove what depends on it: containers do not depend on others here") \
    P(QUERY, OPT_I64, timeout, "timeout", NULL, "With force: seconds it gets to stop by itself")
PARAMS(remove_params, REMOVE_PARAMS)

static int delete_container(struct call *call, struct error **err)
{
    const struct remove_params *p = call->params;
    struct libpod_removed removed = { .id = p->name };
    autocontainer *ctr = container_find(call->engine, p->name, err);
    if (ctr) {
        removed.id = ctr->id;
        const struct container_remove_options options = {
            .force = p->force,
            .volumes = p->volumes || p->volumes_long,
            .ignore = p->ignore,
            .timeout_s = p->timeout,
        };
        if (container_remove(call->engine, ctr->id, &options, err) < 0)
            return -1;
    } else if (p->ignore && (*err)->kind == ERROR_NOT_FOUND) {
        error_clear(err);
        return reply_list(call, 200, libpod_removed_schema(), NULL, 0, err);
    } else {
        return -1;
    }
    return reply_list(call, 200, libpod_removed_schema(), &removed, 1, err);
}

const struct route libpod_containers_item[] = {
    {
        ROUTE(DELETE, "/libpod/containers/{name}"),
        .id = "ContainerDeleteLibpod",
        .tag = "containers",
        .summary = "Remove a container",
        .params = remove_params_table,
        .rights = "containers:write",
        .handler = delete_container,
        .responses = {
            { 200, libpod_removed_schema, "What was removed", LIST_REPLY, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
