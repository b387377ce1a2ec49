/* POST /plugins/{name...}/enable */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_ENABLE_PARAMS(P)                                         \
    P(PATH, STR, name, "name", NULL, "Name of the plugin")              \
    P(QUERY, I64, timeout, "timeout", "0", "Seconds that it may take")
PARAMS(plugin_enable_params, PLUGIN_ENABLE_PARAMS)

static int post_enable(struct call *call, struct error **err)
{
    const struct plugin_enable_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_enable[] = {
    {
        ROUTE(POST, "/plugins/{name...}/enable"),
        .id = "PluginEnable",
        .tag = "plugins",
        .summary = "Enable a plugin: there is none",
        .params = plugin_enable_params_table,
        .rights = "system:write",
        .handler = post_enable,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
