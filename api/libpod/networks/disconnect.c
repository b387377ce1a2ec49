/* POST /libpod/networks/{name}/disconnect */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define DISCONNECT_PARAMS(P) P(PATH, STR, network, "name", NULL, "Name or id of the network")
PARAMS(disconnect_params, DISCONNECT_PARAMS)

static int post_disconnect(struct call *call, struct error **err)
{
    const struct disconnect_params *p = call->params;
    const struct libpod_disconnect *body = call->body;
    if (str_empty(body->container))
        return error_set(err, ERROR_INVALID, 0, "Container: name or ID cannot be empty");
    if (container_disconnect(call->engine, body->container, p->network, body->force, err) < 0)
        return -1;
    return reply_text(call, 200, "text/plain", "OK\n", err);
}

const struct route libpod_networks_disconnect[] = {
    {
        ROUTE(POST, "/libpod/networks/{name}/disconnect"),
        .id = "NetworkDisconnectLibpod",
        .tag = "networks",
        .summary = "Let a container leave a network",
        .params = disconnect_params_table,
        .body_kind = BODY_JSON,
        .body = libpod_disconnect_schema,
        .rights = "networks:write",
        .handler = post_disconnect,
        .responses = {
            { 200, NULL, "OK, in letters", RAW, "text/plain" },
            { 404, NULL, "No such network or container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
