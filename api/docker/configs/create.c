/* POST /configs/create */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

const struct route docker_configs_create[] = {
    {
        ROUTE(POST, "/configs/create"),
        .id = "ConfigCreate",
        .tag = "configs",
        .summary = "Make a config of a swarm",
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_config_spec_schema,
        .since = 30,
        .rights = "system:write",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
