/* POST /swarm/update */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

#define SWARM_UPDATE_PARAMS(P)                                                                 \
    P(QUERY, OPT_I64, version, "version", NULL, "Version.Index that the change starts from")   \
    P(QUERY, BOOL, worker, "rotateWorkerToken", "false", "A new token for workers")            \
    P(QUERY, BOOL, manager, "rotateManagerToken", "false", "A new token for managers")         \
    P(QUERY, BOOL, unlock, "rotateManagerUnlockKey", "false", "A new key to unlock managers")
PARAMS(swarm_update_params, SWARM_UPDATE_PARAMS)

static int post_update(struct call *call, struct error **err)
{
    const struct swarm_update_params *p = call->params;
    return docker_no_manager_at("swarm", p->version, err);
}

const struct route docker_swarm_update[] = {
    {
        ROUTE(POST, "/swarm/update"),
        .id = "SwarmUpdate",
        .tag = "swarm",
        .summary = "Change a swarm",
        .params = swarm_update_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_swarm_spec_schema,
        .rights = "system:write",
        .handler = post_update,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
