/* GET /libpod/containers/{name}/changes */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/container/files/changes.h"

#define CHANGES_PARAMS(P)                                                                      \
    P(PATH, STR, container, "name", NULL, "Name or id of the container")                       \
    P(QUERY, STR, parent, "parent", NULL, "An image to compare with instead of its own")       \
    P(QUERY, ENUM, kind, "diffType", "all|container", "Heard: both say how the container differs")
PARAMS(changes_params, CHANGES_PARAMS)

static int get_changes(struct call *call, struct error **err)
{
    const struct changes_params *p = call->params;
    struct container_change *changes;
    size_t count;
    if (container_changes(call->engine, call->arena, p->container, p->parent, &changes, &count, err) < 0)
        return -1;
    struct libpod_change *shown = arena_array(call->arena, count + 1, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (struct libpod_change){ .path = changes[i].path, .kind = changes[i].kind };
    return reply_list(call, 200, libpod_change_schema(), shown, count, err);
}

const struct route libpod_containers_changes[] = {
    {
        ROUTE(GET, "/libpod/containers/{name}/changes"),
        .id = "ContainerChangesLibpod",
        .tag = "containers",
        .summary = "How the files of a container differ from its image, or from another",
        .params = changes_params_table,
        .rights = "containers:read",
        .handler = get_changes,
        .responses = {
            { 200, libpod_change_schema, "The paths that differ", LIST_REPLY, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
