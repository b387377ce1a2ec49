/* GET /services/{id}/logs */
#include "api/call.h"
#include "api/docker/swarm/logs.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

const struct route docker_services_logs[] = {
    {
        ROUTE(GET, "/services/{id}/logs"),
        .id = "ServiceLogs",
        .tag = "services",
        .summary = "What a service of a swarm wrote",
        .params = docker_swarm_logs_params,
        .rights = "system:read",
        .handler = docker_swarm_logs,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
