/* POST /libpod/containers/{name}/resize */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define RESIZE_PARAMS(P)                                                                                     \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                          \
    P(QUERY, I64, h, "h", "0", "Rows")                                                                       \
    P(QUERY, I64, w, "w", "0", "Columns")                                                                    \
    P(QUERY, BOOL, running, "running", "false", "One that does not run is no error")
PARAMS(resize_params, RESIZE_PARAMS)

static int post_resize(struct call *call, struct error **err)
{
    const struct resize_params *p = call->params;
    if (container_resize(call->engine, p->name, p->h, p->w, err) < 0) {
        if (!p->running || (*err)->kind != ERROR_CONFLICT)
            return -1;
        error_clear(err);
    }
    return reply_empty(call, 200, err);
}

const struct route libpod_containers_resize[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/resize"),
        .id = "ContainerResizeLibpod",
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
