/* POST /libpod/exec/{id}/resize */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define EXEC_RESIZE_PARAMS(P)                                            \
    P(PATH, STR, id, "id", NULL, "Exec session")                         \
    P(QUERY, I64, h, "h", "0", "Rows")                                   \
    P(QUERY, I64, w, "w", "0", "Columns")                                \
    P(QUERY, BOOL, running, "running", "false", "One that does not run is no error")
PARAMS(exec_resize_params, EXEC_RESIZE_PARAMS)

static int post_resize(struct call *call, struct error **err)
{
    const struct exec_resize_params *p = call->params;
    if (exec_resize(call->engine, p->id, p->h, p->w, err) < 0) {
        if (!p->running || (*err)->kind != ERROR_CONFLICT)
            return -1;
        error_clear(err);
    }
    return reply_empty(call, 201, err);
}

const struct route libpod_exec_resize[] = {
    {
        ROUTE(POST, "/libpod/exec/{id}/resize"),
        .id = "ExecResizeLibpod",
        .tag = "exec",
        .summary = "Tell an exec session the size of its terminal",
        .params = exec_resize_params_table,
        .rights = "containers:exec",
        .handler = post_resize,
        .responses = {
            { 201, NULL, "Resized", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_EXEC, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
