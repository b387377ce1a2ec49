/* GET and DELETE /configs/{id} */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define CONFIG_ITEM_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the config")
PARAMS(config_item_params, CONFIG_ITEM_PARAMS)

const struct route docker_configs_item[] = {
    {
        ROUTE(GET, "/configs/{id}"),
        .id = "ConfigInspect",
        .tag = "configs",
        .summary = "A config of a swarm",
        .params = config_item_params_table,
        .since = 30,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    {
        ROUTE(DELETE, "/configs/{id}"),
        .id = "ConfigDelete",
        .tag = "configs",
        .summary = "Remove a config of a swarm",
        .params = config_item_params_table,
        .since = 30,
        .rights = "system:write",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
