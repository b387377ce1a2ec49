/* POST /libpod/networks/{name}/connect */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define CONNECT_PARAMS(P) P(PATH, STR, network, "name", NULL, "Name or id of the network")
PARAMS(connect_params, CONNECT_PARAMS)

static int post_connect(struct call *call, struct error **err)
{
    const struct connect_params *p = call->params;
    const struct libpod_connect *body = call->body;
    const struct container_network network = {
        .name = p->network,
        .aliases = body->options.aliases,
        .static_ips = body->options.static_ips,
        .static_mac = body->options.static_mac,
        .interface_name = body->options.interface_name,
        .driver_options = body->options.options,
    };
    if (str_empty(body->container))
        return error_set(err, ERROR_INVALID, 0, "container: name or ID cannot be empty");
    if (container_connect(call->engine, body->container, &network, err) < 0)
        return -1;
    return reply_text(call, 200, "text/plain", "OK\n", err);
}

const struct route libpod_networks_connect[] = {
    {
        ROUTE(POST, "/libpod/networks/{name}/connect"),
        .id = "NetworkConnectLibpod",
        .tag = "networks",
        .summary = "Let a container join a network",
        .params = connect_params_table,
        .body_kind = BODY_JSON,
        .body = libpod_connect_schema,
        .rights = "networks:write",
        .handler = post_connect,
        .responses = {
            { 200, NULL, "OK, in letters", RAW, "text/plain" },
            { 404, NULL, "No such network or container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
