/* POST /networks/{id}/connect */
#include "api/call.h"
#include "api/docker/networks/endpoint.h"
#include "api/docker/networks_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define CONNECT_PARAMS(P) P(PATH, STR, network, "id", NULL, "Name or id of the network")
PARAMS(connect_params, CONNECT_PARAMS)

/* What is in use is forbidden here, in Docker's words. */
static int connect_failed(const struct docker_connect *body, const char *network, struct error **err)
{
    struct error *why = *err;
    if (why->kind == ERROR_CONFLICT && str_eq(why->noun, "endpoint")) {
        error_clear(err);
        return error_set(err, ERROR_FORBIDDEN, 0, "endpoint with name %s already exists in network %s", body->container,
                         network);
    }
    if (why->kind == ERROR_CONFLICT)
        why->kind = ERROR_FORBIDDEN;
    return -1;
}

static int post_connect(struct call *call, struct error **err)
{
    const struct connect_params *p = call->params;
    const struct docker_connect *body = call->body;
    struct container_network network;
    if (str_empty(body->container))
        return error_set(err, ERROR_INVALID, 0, "invalid name or ID supplied: \"\"");
    if (docker_translate_endpoint(call->arena, p->network, body->endpoint, &network, err) < 0)
        return -1;
    if (container_connect(call->engine, body->container, &network, err) < 0)
        return connect_failed(body, p->network, err);
    return reply_empty(call, 200, err);
}

const struct route docker_networks_connect[] = {
    {
        ROUTE(POST, "/networks/{id}/connect"),
        .id = "NetworkConnect",
        .tag = "networks",
        .summary = "Let a container join a network",
        .params = connect_params_table,
        .body_kind = BODY_JSON,
        .body = docker_connect_schema,
        .rights = "networks:write",
        .handler = post_connect,
        .responses = {
            { 200, NULL, "Joined", REPLY_OBJECT, NULL },
            { 403, NULL, "It is connected already, or an address is in use", REPLY_OBJECT, NULL },
            { 404, NULL, "No such network or container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
