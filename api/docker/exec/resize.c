/* POST /exec/{id}/resize */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define EXEC_RESIZE_PARAMS(P)                    \
    P(PATH, STR, id, "id", NULL, "Exec session") \
    P(QUERY, OPT_I64, h, "h", NULL, "Rows")      \
    P(QUERY, OPT_I64, w, "w", NULL, "Columns")
PARAMS(exec_resize_params, EXEC_RESIZE_PARAMS)

static int post_resize(struct call *call, struct error **err)
{
    const struct exec_resize_params *p = call->params;
    if (!p->h || !p->w)
        return error_set(err, ERROR_INVALID, 0, "%s: missing, expected the terminal's %s", p->h ? "w" : "h",
                         p->h ? "columns" : "rows");
    if (exec_resize(call->engine, p->id, *p->h, *p->w, err) < 0)
        return -1;
    return reply_empty(call, 200, err);
}

const struct route docker_exec_resize[] = {
    {
        ROUTE(POST, "/exec/{id}/resize"),
        .id = "ExecResize",
        .tag = "exec",
        .summary = "Tell an exec session the size of its terminal",
        .params = exec_resize_params_table,
        .rights = "containers:exec",
        .handler = post_resize,
        .responses = {
            { 200, NULL, "Resized", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_EXEC, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
