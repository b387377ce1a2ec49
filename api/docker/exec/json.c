/* GET /exec/{id}/json */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/container/container.h"

#define EXEC_JSON_PARAMS(P) P(PATH, STR, id, "id", NULL, "Exec session")
PARAMS(exec_json_params, EXEC_JSON_PARAMS)

static int get_exec(struct call *call, struct error **err)
{
    const struct exec_json_params *p = call->params;
    struct exec_session session;
    if (exec_find(call->engine, call->arena, p->id, &session, err) < 0)
        return -1;
    const struct docker_exec_inspect shown = {
        .id = session.id,
        .running = session.running,
        .exit_code = session.exit_code < 0 ? NULL : &session.exit_code,
        .process = {
            .tty = session.spec.tty,
            .entrypoint = session.spec.command.items[0],
            .arguments = { session.spec.command.items + 1, session.spec.command.count - 1 },
            .privileged = &session.spec.privileged,
            .user = session.spec.user,
        },
        .open_stdin = session.spec.attach_stdin,
        .open_stderr = session.spec.attach_stderr,
        .open_stdout = session.spec.attach_stdout,
        .can_remove = session.started && session.can_remove,
        .container_id = session.container_id,
        .detach_keys = session.spec.detach_keys,
        .pid = session.pid,
    };
    return reply(call, 200, docker_exec_inspect_schema(), &shown, err);
}

const struct route docker_exec_json[] = {
    {
        ROUTE(GET, "/exec/{id}/json"),
        .id = "ExecInspect",
        .tag = "exec",
        .summary = "One exec session",
        .params = exec_json_params_table,
        .rights = "containers:read",
        .handler = get_exec,
        .responses = {
            { 200, docker_exec_inspect_schema, "The session", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_EXEC, INTERNAL_ERROR,
        },
    },
    { 0 },
};
