/* GET /libpod/networks/{name}/exists */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/network/network.h"

#define EXISTS_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the network")
PARAMS(exists_params, EXISTS_PARAMS)

static int get_exists(struct call *call, struct error **err)
{
    const struct exists_params *p = call->params;
    return network_find(call->engine, call->arena, p->name, err) ? reply_empty(call, 204, err) : -1;
}

const struct route libpod_networks_exists[] = {
    {
        ROUTE(GET, "/libpod/networks/{name}/exists"),
        .id = "NetworkExistsLibpod",
        .tag = "networks",
        .summary = "Whether a network exists",
        .params = exists_params_table,
        .rights = "networks:read",
        .handler = get_exists,
        .responses = {
            { 204, NULL, "It does", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
