/* GET /swarm */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

const struct route docker_swarm[] = {
    {
        ROUTE(GET, "/swarm"),
        .id = "SwarmInspect",
        .tag = "swarm",
        .summary = "The swarm this engine is in: none",
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
