/* POST /libpod/containers/{name}/exec */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define EXEC_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the container")
PARAMS(exec_params, EXEC_PARAMS)

static int post_exec(struct call *call, struct error **err)
{
    const struct exec_params *p = call->params;
    const struct libpod_exec_create *body = call->body;
    if (!body->cmd.count)
        return error_set(err, ERROR_INVALID, 0, "Cmd: empty, expected a program and its arguments");
    const struct exec_spec spec = {
        .command = body->cmd,
        .env = body->env,
        .user = body->user,
        .workdir = body->workdir,
        .detach_keys = body->detach_keys,
        .tty = body->tty,
        .attach_stdin = body->attach_stdin,
        .attach_stdout = body->attach_stdout,
        .attach_stderr = body->attach_stderr,
        .privileged = body->privileged,
    };
    char id[65];
    if (exec_create(call->engine, p->name, &spec, call_rules(call), id, err) < 0)
        return -1;
    const struct libpod_id made = { .id = id };
    return reply(call, 201, libpod_id_schema(), &made, err);
}

const struct route libpod_containers_exec[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/exec"),
        .id = "ContainerExecLibpod",
        .tag = "exec",
        .summary = "Prepare a command to run in a container",
        .params = exec_params_table,
        .body_kind = BODY_JSON,
        .body = libpod_exec_create_schema,
        .rights = "containers:exec",
        .handler = post_exec,
        .responses = {
            { 201, libpod_id_schema, "The exec session", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
