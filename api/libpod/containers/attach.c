/* POST /libpod/containers/{name}/attach */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define ATTACH_PARAMS(P)                                                                                \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                     \
    P(QUERY, STR, detach_keys, "detachKeys", NULL, "Keys that detach, ctrl-p,ctrl-q by default")        \
    P(QUERY, BOOL, logs, "logs", "false", "Send what was logged before")                                \
    P(QUERY, BOOL, stream, "stream", "true", "Stay attached")                                           \
    P(QUERY, BOOL, in, "stdin", "false", "Attach standard input")                                       \
    P(QUERY, BOOL, out, "stdout", "false", "Attach standard output")                                    \
    P(QUERY, BOOL, errors, "stderr", "false", "Attach standard error")
PARAMS(attach_params, ATTACH_PARAMS)

static int post_attach(struct call *call, struct error **err)
{
    const struct attach_params *p = call->params;
    autocontainer *ctr = container_find(call->engine, p->name, err);
    if (!ctr)
        return -1;
    bool none = !p->in && !p->out && !p->errors; /* podman attaches all three then */
    const struct container_attach_query query = {
        .in = p->in || none,
        .out = p->out || none,
        .err = p->errors || none,
        .logs = p->logs,
        .stream = p->stream,
        .detach_keys = p->detach_keys,
        .framed = !ctr->spec->tty,
    };
    struct container_client client;
    call_client(call, ctr->spec->tty ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream", &client);
    return container_attach(call->engine, ctr->id, &query, &client, err);
}

const struct route libpod_containers_attach[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/attach"),
        .id = "ContainerAttachLibpod",
        .tag = "containers",
        .summary = "Join a container's input and output",
        .params = attach_params_table,
        .rights = "containers:attach",
        .handler = post_attach,
        .responses = {
            { 101, NULL, "The connection now carries the streams", HIJACK, NULL },
            { 200, NULL, "The same, for a client that did not ask to upgrade", HIJACK, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
