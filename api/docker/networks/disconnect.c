/* POST /networks/{id}/disconnect */
#include "api/call.h"
#include "api/docker/networks_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define DISCONNECT_PARAMS(P) P(PATH, STR, network, "id", NULL, "Name or id of the network")
PARAMS(disconnect_params, DISCONNECT_PARAMS)

static int post_disconnect(struct call *call, struct error **err)
{
    const struct disconnect_params *p = call->params;
    const struct docker_disconnect *body = call->body;
    if (str_empty(body->container))
        return error_set(err, ERROR_INVALID, 0, "invalid name or ID supplied: \"\"");
    if (container_disconnect(call->engine, body->container, p->network, body->force, err) < 0) {
        if ((*err)->kind == ERROR_CONFLICT)
            (*err)->kind = ERROR_FORBIDDEN;
        return -1;
    }
    return reply_empty(call, 200, err);
}

const struct route docker_networks_disconnect[] = {
    {
        ROUTE(POST, "/networks/{id}/disconnect"),
        .id = "NetworkDisconnect",
        .tag = "networks",
        .summary = "Let a container leave a network",
        .params = disconnect_params_table,
        .body_kind = BODY_JSON,
        .body = docker_disconnect_schema,
        .rights = "networks:write",
        .handler = post_disconnect,
        .responses = {
            { 200, NULL, "Left", REPLY_OBJECT, NULL },
            { 403, NULL, "It is not connected", REPLY_OBJECT, NULL },
            { 404, NULL, "No such network or container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
