/* GET /containers/{id}/changes */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/container/files/changes.h"

#define CHANGES_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the container")
PARAMS(changes_params, CHANGES_PARAMS)

static int get_changes(struct call *call, struct error **err)
{
    const struct changes_params *p = call->params;
    struct container_change *changes;
    size_t count;
    if (container_changes(call->engine, call->arena, p->id, NULL, &changes, &count, err) < 0)
        return -1;
    struct docker_change *shown = arena_array(call->arena, count + 1, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (struct docker_change){ .path = changes[i].path, .kind = changes[i].kind };
    return reply_list(call, 200, docker_change_schema(), shown, count, err);
}

const struct route docker_containers_changes[] = {
    {
        ROUTE(GET, "/containers/{id}/changes"),
        .id = "ContainerChanges",
        .tag = "containers",
        .summary = "How the files of a container differ from its image",
        .params = changes_params_table,
        .rights = "containers:read",
        .handler = get_changes,
        .responses = {
            { 200, docker_change_schema, "The paths that differ", LIST_REPLY, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
