/* GET /containers/{id}/top */
#include "api/docker/containers/top.h"

#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"

#define TOP_PARAMS(P)                                             \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")   \
    P(QUERY, STR, ps_args, "ps_args", "-ef", "Words for ps, with blanks between them; it has to show PID")
PARAMS(top_params, TOP_PARAMS)

static int get_top(struct call *call, struct error **err)
{
    const struct top_params *p = call->params;
    struct str_list words = str_split(call->arena, p->ps_args, ' ');
    struct container_top top;
    if (container_top_ps(call->engine, call->arena, p->id, &words, &top, err) < 0)
        return -1;
    const struct docker_top shown = docker_show_top(&top);
    return reply(call, 200, docker_top_schema(), &shown, err);
}

const struct route docker_containers_top[] = {
    {
        ROUTE(GET, "/containers/{id}/top"),
        .id = "ContainerTop",
        .tag = "containers",
        .summary = "The processes of a container, as ps of the host shows them",
        .params = top_params_table,
        .rights = "containers:read",
        .handler = get_top,
        .responses = {
            { 200, docker_top_schema, "The processes", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
