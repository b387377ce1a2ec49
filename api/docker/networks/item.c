/* GET and DELETE /networks/{id} */
#include <string.h>

#include "api/call.h"
#include "api/docker/networks/show.h"
#include "api/docker/networks_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/network/network.h"

#define INSPECT_PARAMS(P)                                                                                   \
    P(PATH, STR, id, "id", NULL, "Name or id of the network")                                               \
    P(QUERY, BOOL, verbose, "verbose", "false", "Also what a swarm's network would have: there is no more") \
    P(QUERY, STR, scope, "scope", NULL, "Of this scope alone: all are local")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    struct docker_network shown;
    const struct network *network = docker_find_network(call, p->id, err);
    if (!network)
        return -1;
    if (strcmp(str_or(p->scope, "local"), "local") != 0)
        return error_set_about(err, ERROR_NOT_FOUND, "network", p->id, "network %s not found", p->id);
    docker_show_network(call, network, &shown);
    if (docker_show_network_containers(call, network, &shown, err) < 0)
        return -1;
    return reply(call, 200, docker_network_schema(), &shown, err);
}

#define REMOVE_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the network")
PARAMS(remove_params, REMOVE_PARAMS)

/* 403 is dockerd's word for a network in use. */
static int delete_network(struct call *call, struct error **err)
{
    const struct remove_params *p = call->params;
    static const struct network_remove_options options = { .running_only = true };
    const struct network *network = docker_find_network(call, p->id, err);
    if (!network)
        return -1;
    if (docker_is_builtin_network(call, network))
        return error_set(err, ERROR_FORBIDDEN, 0, "%s is a pre-defined network and cannot be removed",
                         docker_pseudo_network(network->id) ? network->name : "bridge");
    if (network_remove(call->engine, network->id, &options, err) == 0)
        return reply_empty(call, 204, err);
    if ((*err)->kind == ERROR_CONFLICT && str_eq((*err)->noun, "network in use")) {
        (*err)->kind = ERROR_FORBIDDEN;
        error_wrap(err, "error while removing network");
    }
    return -1;
}

const struct route docker_networks_item[] = {
    {
        ROUTE(GET, "/networks/{id}"),
        .id = "NetworkInspect",
        .tag = "networks",
        .summary = "Everything about a network",
        .params = inspect_params_table,
        .rights = "networks:read",
        .handler = get_inspect,
        .responses = {
            { 200, docker_network_schema, "The network", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    {
        ROUTE(DELETE, "/networks/{id}"),
        .id = "NetworkDelete",
        .tag = "networks",
        .summary = "Remove a network",
        .params = remove_params_table,
        .rights = "networks:write",
        .handler = delete_network,
        .responses = {
            { 204, NULL, "It is gone", REPLY_OBJECT, NULL },
            { 403, NULL, "It is in use, or bridge, host or none", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
