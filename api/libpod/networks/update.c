/* POST /libpod/networks/{name}/update */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/network/network.h"

#define UPDATE_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the network")
PARAMS(update_params, UPDATE_PARAMS)

static int post_update(struct call *call, struct error **err)
{
    const struct update_params *p = call->params;
    const struct libpod_network_update *wanted = call->body;
    if (network_update(call->engine, p->name, &wanted->add, &wanted->remove, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_networks_update[] = {
    {
        ROUTE(POST, "/libpod/networks/{name}/update"),
        .id = "NetworkUpdateLibpod",
        .tag = "networks",
        .summary = "Change a network's name servers",
        .params = update_params_table,
        .body_kind = BODY_JSON,
        .body = libpod_network_update_schema,
        .rights = "networks:write",
        .handler = post_update,
        .responses = {
            { 204, NULL, "It is so", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
