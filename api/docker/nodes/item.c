/* GET and DELETE /nodes/{id} */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define NODE_ITEM_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the node")
PARAMS(node_item_params, NODE_ITEM_PARAMS)

#define NODE_REMOVE_PARAMS(P)                                       \
    P(PATH, STR, id, "id", NULL, "Name or id of the node")          \
    P(QUERY, BOOL, force, "force", "false", "Also one that is up")
PARAMS(node_remove_params, NODE_REMOVE_PARAMS)

const struct route docker_nodes_item[] = {
    {
        ROUTE(GET, "/nodes/{id}"),
        .id = "NodeInspect",
        .tag = "nodes",
        .summary = "A node of a swarm",
        .params = node_item_params_table,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    {
        ROUTE(DELETE, "/nodes/{id}"),
        .id = "NodeDelete",
        .tag = "nodes",
        .summary = "Remove a node of a swarm",
        .params = node_remove_params_table,
        .rights = "system:write",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
