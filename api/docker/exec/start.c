/* POST /exec/{id}/start */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/docker/stream.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define EXEC_START_PARAMS(P) P(PATH, STR, id, "id", NULL, "Exec session")
PARAMS(exec_start_params, EXEC_START_PARAMS)

static int check_size(const struct docker_exec_start *body, struct error **err)
{
    const int64_t *size = body->console_size.items;
    if (!body->console_size.count)
        return 0;
    if (body->console_size.count != 2 || size[0] < 0 || size[0] > 65535 || size[1] < 0 || size[1] > 65535)
        return error_set(err, ERROR_INVALID, 0, "ConsoleSize: expected height and width, both 0 to 65535");
    return 0;
}

/* The start's Tty decides about frames, whatever the process itself has. */
static int post_start(struct call *call, struct error **err)
{
    static const struct docker_exec_start nothing;
    static const int64_t unknown[2];
    const struct exec_start_params *p = call->params;
    const struct docker_exec_start *body = call->body ? call->body : &nothing;
    if (check_size(body, err) < 0)
        return -1;
    if (body->detach) {
        if (exec_start_detached(call->engine, p->id, err) < 0)
            return -1;
        return reply_empty(call, 200, err);
    }
    const int64_t *size = body->console_size.count ? body->console_size.items : unknown;
    struct container_client client;
    call_client(call, docker_hijack_media(call, !body->tty), &client);
    return exec_start_attached(call->engine, p->id, body->tty, size[0], size[1], &client, err);
}

const struct route docker_exec_start[] = {
    {
        ROUTE(POST, "/exec/{id}/start"),
        .id = "ExecStart",
        .tag = "exec",
        .summary = "Run the command of an exec session",
        .params = exec_start_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_exec_start_schema,
        .rights = "containers:exec",
        .handler = post_start,
        .responses = {
            { 101, NULL, "The connection now carries the streams", HIJACK, NULL },
            { 200, NULL, "The same, for a client that did not ask to upgrade; with Detach no body", HIJACK, NULL },
            BAD_PARAMETER, NO_SUCH_EXEC, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
