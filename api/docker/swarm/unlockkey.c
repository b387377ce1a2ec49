/* GET /swarm/unlockkey */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

const struct route docker_swarm_unlockkey[] = {
    {
        ROUTE(GET, "/swarm/unlockkey"),
        .id = "SwarmUnlockkey",
        .tag = "swarm",
        .summary = "The key that unlocks managers",
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
