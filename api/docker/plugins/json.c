/* GET /plugins/{name...}/json */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_INSPECT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the plugin")
PARAMS(plugin_inspect_params, PLUGIN_INSPECT_PARAMS)

static int get_plugin(struct call *call, struct error **err)
{
    const struct plugin_inspect_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_json[] = {
    {
        ROUTE(GET, "/plugins/{name...}/json"),
        .id = "PluginInspect",
        .tag = "plugins",
        .summary = "A plugin: there is none",
        .params = plugin_inspect_params_table,
        .rights = "system:read",
        .handler = get_plugin,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
