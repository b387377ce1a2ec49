/* GET and DELETE /libpod/networks/{name} */
#include "api/call.h"
#include "api/libpod/networks/inspect.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/network/network.h"

#define INSPECT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the network")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    return libpod_inspect_network(call, p->name, err);
}

#define REMOVE_PARAMS(P)                                                             \
    P(PATH, STR, name, "name", NULL, "Name or id of the network")                    \
    P(QUERY, BOOL, force, "force", "false", "Remove the containers that use it too") \
    P(QUERY, OPT_I64, timeout, "timeout", NULL, "With force: seconds they get to stop by themselves")
PARAMS(remove_params, REMOVE_PARAMS)

static int delete_network(struct call *call, struct error **err)
{
    const struct remove_params *p = call->params;
    const struct network_remove_options options = { .force = p->force, .timeout_s = p->timeout };
    const struct libpod_network_removed removed = { .name = p->name };
    if (network_remove(call->engine, p->name, &options, err) < 0)
        return -1;
    return reply_list(call, 200, libpod_network_removed_schema(), &removed, 1, err);
}

const struct route libpod_networks_item[] = {
    {
        ROUTE(GET, "/libpod/networks/{name}"),
        .id = "NetworkInspectShortLibpod",
        .tag = "networks",
        .summary = "Everything about a network",
        .params = inspect_params_table,
        .rights = "networks:read",
        .handler = get_inspect,
        .responses = {
            { 200, libpod_network_inspect_schema, "The network", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    {
        ROUTE(DELETE, "/libpod/networks/{name}"),
        .id = "NetworkDeleteLibpod",
        .tag = "networks",
        .summary = "Remove a network",
        .params = remove_params_table,
        .rights = "networks:write",
        .handler = delete_network,
        .responses = {
            { 200, libpod_network_removed_schema, "What was removed", LIST_REPLY, NULL },
            { 403, NULL, "The default network stays", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
