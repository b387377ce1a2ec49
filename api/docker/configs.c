/* GET /configs */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define CONFIG_LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(config_list_params, CONFIG_LIST_PARAMS)

const struct route docker_configs[] = {
    {
        ROUTE(GET, "/configs"),
        .id = "ConfigList",
        .tag = "configs",
        .summary = "Configs of a swarm",
        .params = config_list_params_table,
        .since = 30,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
