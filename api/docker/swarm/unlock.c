/* POST /swarm/unlock */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

const struct route docker_swarm_unlock[] = {
    {
        ROUTE(POST, "/swarm/unlock"),
        .id = "SwarmUnlock",
        .tag = "swarm",
        .summary = "Unlock a manager",
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_swarm_unlock_request_schema,
        .rights = "system:write",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
