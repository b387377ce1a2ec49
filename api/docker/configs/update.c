/* POST /configs/{id}/update */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

#define CONFIG_UPDATE_PARAMS(P)                                                               \
    P(PATH, STR, id, "id", NULL, "Name or id of the config")                                  \
    P(QUERY, OPT_I64, version, "version", NULL, "Version.Index that the change starts from")
PARAMS(config_update_params, CONFIG_UPDATE_PARAMS)

static int post_update(struct call *call, struct error **err)
{
    const struct config_update_params *p = call->params;
    return docker_no_manager_at("config", p->version, err);
}

const struct route docker_configs_update[] = {
    {
        ROUTE(POST, "/configs/{id}/update"),
        .id = "ConfigUpdate",
        .tag = "configs",
        .summary = "Change a config of a swarm",
        .params = config_update_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_config_spec_schema,
        .since = 30,
        .rights = "system:write",
        .handler = post_update,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
