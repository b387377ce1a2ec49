/* POST /libpod/exec/{id}/start */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/container/container.h"

#define EXEC_START_PARAMS(P) P(PATH, STR, id, "id", NULL, "Exec session")
PARAMS(exec_start_params, EXEC_START_PARAMS)

static int post_start(struct call *call, struct error **err)
{
    static const struct libpod_exec_start nothing;
    const struct exec_start_params *p = call->params;
    const struct libpod_exec_start *body = call->body ? call->body : &nothing;
    struct exec_session session;
    if (exec_find(call->engine, call->arena, p->id, &session, err) < 0)
        return -1;
    if (body->detach) {
        if (exec_start_detached(call->engine, p->id, err) < 0)
            return -1;
        return reply_empty(call, 200, err);
    }
    bool tty = session.spec.tty; /* podman-remote leaves Tty out of the start request */
    struct container_client client;
    call_client(call, tty ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream", &client);
    return exec_start_attached(call->engine, p->id, tty, body->height, body->width, &client, err);
}

const struct route libpod_exec_start[] = {
    {
        ROUTE(POST, "/libpod/exec/{id}/start"),
        .id = "ExecStartLibpod",
        .tag = "exec",
        .summary = "Run the command of an exec session",
        .params = exec_start_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = libpod_exec_start_schema,
        .rights = "containers:exec",
        .handler = post_start,
        .responses = {
            { 101, NULL, "The connection now carries the streams", HIJACK, NULL },
            { 200, NULL, "The same, for a client that did not ask to upgrade; with Detach an empty answer", HIJACK, NULL },
            BAD_PARAMETER, NO_SUCH_EXEC, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
