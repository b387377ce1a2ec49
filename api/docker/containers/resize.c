/* POST /containers/{id}/resize */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define RESIZE_PARAMS(P)                                        \
    P(PATH, STR, id, "id", NULL, "Name or id of the container") \
    P(QUERY, OPT_I64, h, "h", NULL, "Rows")                     \
    P(QUERY, OPT_I64, w, "w", NULL, "Columns")
PARAMS(resize_params, RESIZE_PARAMS)

static int post_resize(struct call *call, struct error **err)
{
    const struct resize_params *p = call->params;
    if (!p->h || !p->w)
        return error_set(err, ERROR_INVALID, 0, "%s: missing, expected the terminal's %s", p->h ? "w" : "h",
                         p->h ? "columns" : "rows");
    if (container_resize(call->engine, p->id, *p->h, *p->w, err) < 0)
        return -1;
    return reply_empty(call, 200, err);
}

const struct route docker_containers_resize[] = {
    {
        ROUTE(POST, "/containers/{id}/resize"),
        .id = "ContainerResize",
        .tag = "containers",
        .summary = "Tell a container the size of its terminal",
        .params = resize_params_table,
        .rights = "containers:write",
        .handler = post_resize,
        .responses = {
            { 200, NULL, "Resized", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
