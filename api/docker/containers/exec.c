/* POST /containers/{id}/exec */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define EXEC_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the container")
PARAMS(exec_params, EXEC_PARAMS)

static int post_exec(struct call *call, struct error **err)
{
    const struct exec_params *p = call->params;
    const struct docker_exec_create *body = call->body;
    if (!body->cmd.count)
        return error_set(err, ERROR_INVALID, 0, "No exec command specified");
    const struct exec_spec spec = {
        .command = body->cmd,
        .env = body->env,
        .user = body->user,
        .workdir = body->workdir,
        .detach_keys = str_empty(body->detach_keys) ? NULL : body->detach_keys,
        .tty = body->tty,
        .attach_stdin = body->attach_stdin,
        .attach_stdout = body->attach_stdout,
        .attach_stderr = body->attach_stderr,
        .privileged = body->privileged,
    };
    char id[65];
    if (exec_create(call->engine, p->id, &spec, call_rules(call), id, err) < 0)
        return -1;
    const struct docker_id made = { .id = id };
    return reply(call, 201, docker_id_schema(), &made, err);
}

const struct route docker_containers_exec[] = {
    {
        ROUTE(POST, "/containers/{id}/exec"),
        .id = "ContainerExec",
        .tag = "exec",
        .summary = "Prepare a command to run in a container",
        .params = exec_params_table,
        .body_kind = BODY_JSON,
        .body = docker_exec_create_schema,
        .rights = "containers:exec",
        .handler = post_exec,
        .responses = {
            { 201, docker_id_schema, "The exec session", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
