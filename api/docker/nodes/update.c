/* POST /nodes/{id}/update */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

#define NODE_UPDATE_PARAMS(P)                                                                 \
    P(PATH, STR, id, "id", NULL, "Name or id of the node")                                    \
    P(QUERY, OPT_I64, version, "version", NULL, "Version.Index that the change starts from")
PARAMS(node_update_params, NODE_UPDATE_PARAMS)

static int post_update(struct call *call, struct error **err)
{
    const struct node_update_params *p = call->params;
    return docker_no_manager_at("node", p->version, err);
}

const struct route docker_nodes_update[] = {
    {
        ROUTE(POST, "/nodes/{id}/update"),
        .id = "NodeUpdate",
        .tag = "nodes",
        .summary = "Change a node of a swarm",
        .params = node_update_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_node_spec_schema,
        .rights = "system:write",
        .handler = post_update,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
