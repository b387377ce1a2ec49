/* DELETE /containers/{id} */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define REMOVE_PARAMS(P)                                                      \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")               \
    P(QUERY, BOOL, force, "force", "false", "Kill it at once when it runs")   \
    P(QUERY, BOOL, volumes, "v", "false", "Remove its anonymous volumes")     \
    P(QUERY, BOOL, link, "link", "false", "Remove a link alone: refused, they go with their container")
PARAMS(remove_params, REMOVE_PARAMS)

static int delete_container(struct call *call, struct error **err)
{
    const struct remove_params *p = call->params;
    if (p->link)
        return error_set(err, ERROR_INVALID, 0, "link: true is not supported: a link goes with the container that has it");
    const struct container_remove_options options = { .force = p->force, .volumes = p->volumes };
    if (container_remove(call->engine, p->id, &options, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route docker_containers_item[] = {
    {
        ROUTE(DELETE, "/containers/{id}"),
        .id = "ContainerDelete",
        .tag = "containers",
        .summary = "Remove a container",
        .params = remove_params_table,
        .rights = "containers:write",
        .handler = delete_container,
        .responses = {
            { 204, NULL, "Removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
