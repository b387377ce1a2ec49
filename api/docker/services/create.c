/* POST /services/create */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

const struct route docker_services_create[] = {
    {
        ROUTE(POST, "/services/create"),
        .id = "ServiceCreate",
        .tag = "services",
        .summary = "Make a service of a swarm",
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_service_spec_schema,
        .rights = "system:write",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
