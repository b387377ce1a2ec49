/* GET /nodes */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define NODE_LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(node_list_params, NODE_LIST_PARAMS)

const struct route docker_nodes[] = {
    {
        ROUTE(GET, "/nodes"),
        .id = "NodeList",
        .tag = "nodes",
        .summary = "Nodes of a swarm",
        .params = node_list_params_table,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
