/* POST /plugins/{name...}/disable */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_DISABLE_PARAMS(P)                                \
    P(PATH, STR, name, "name", NULL, "Name of the plugin")      \
    P(QUERY, BOOL, force, "force", "false", "Also one in use")
PARAMS(plugin_disable_params, PLUGIN_DISABLE_PARAMS)

static int post_disable(struct call *call, struct error **err)
{
    const struct plugin_disable_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_disable[] = {
    {
        ROUTE(POST, "/plugins/{name...}/disable"),
        .id = "PluginDisable",
        .tag = "plugins",
        .summary = "Disable a plugin: there is none",
        .params = plugin_disable_params_table,
        .rights = "system:write",
        .handler = post_disable,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
