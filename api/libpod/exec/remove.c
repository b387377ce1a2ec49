/* POST /libpod/exec/{id}/remove */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/container/container.h"

#define EXEC_REMOVE_PARAMS(P) P(PATH, STR, id, "id", NULL, "Exec session")
PARAMS(exec_remove_params, EXEC_REMOVE_PARAMS)

static int post_remove(struct call *call, struct error **err)
{
    const struct exec_remove_params *p = call->params;
    const struct libpod_exec_remove *body = call->body;
    if (exec_remove(call->engine, p->id, body && body->force, err) < 0)
        return -1;
    return reply_empty(call, 200, err);
}

const struct route libpod_exec_remove[] = {
    {
        ROUTE(POST, "/libpod/exec/{id}/remove"),
        .id = "ExecRemoveLibpod",
        .tag = "exec",
        .summary = "Forget an exec session",
        .params = exec_remove_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = libpod_exec_remove_schema,
        .rights = "containers:exec",
        .handler = post_remove,
        .responses = {
            { 200, NULL, "Removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_EXEC, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
