/* GET /libpod/exec/{id}/json */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/container/container.h"

#define EXEC_JSON_PARAMS(P) P(PATH, STR, id, "id", NULL, "Exec session")
PARAMS(exec_json_params, EXEC_JSON_PARAMS)

static int get_exec(struct call *call, struct error **err)
{
    const struct exec_json_params *p = call->params;
    struct exec_session session;
    if (exec_find(call->engine, call->arena, p->id, &session, err) < 0)
        return -1;
    struct str_list arguments = { session.spec.command.items + 1, session.spec.command.count - 1 };
    const struct libpod_exec_inspect shown = {
        .can_remove = session.can_remove,
        .container_id = session.container_id,
        .detach_keys = session.spec.detach_keys,
        .exit_code = session.exit_code < 0 ? 0 : session.exit_code,
        .id = session.id,
        .open_stderr = session.spec.attach_stderr,
        .open_stdin = session.spec.attach_stdin,
        .open_stdout = session.spec.attach_stdout,
        .running = session.running,
        .pid = session.pid,
        .process = {
            .arguments = arguments,
            .entrypoint = session.spec.command.items[0],
            .privileged = session.spec.privileged,
            .tty = session.spec.tty,
            .user = session.spec.user,
        },
    };
    return reply(call, 200, libpod_exec_inspect_schema(), &shown, err);
}

const struct route libpod_exec_json[] = {
    {
        ROUTE(GET, "/libpod/exec/{id}/json"),
        .id = "ExecInspectLibpod",
        .tag = "exec",
        .summary = "One exec session",
        .params = exec_json_params_table,
        .rights = "containers:read",
        .handler = get_exec,
        .responses = {
            { 200, libpod_exec_inspect_schema, "The session", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_EXEC, INTERNAL_ERROR,
        },
    },
    { 0 },
};
