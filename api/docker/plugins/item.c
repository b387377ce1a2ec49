/* DELETE /plugins/{name...} */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_REMOVE_PARAMS(P)                                          \
    P(PATH, STR, name, "name", NULL, "Name of the plugin")               \
    P(QUERY, BOOL, force, "force", "false", "Also one that is enabled")
PARAMS(plugin_remove_params, PLUGIN_REMOVE_PARAMS)

static int delete_plugin(struct call *call, struct error **err)
{
    const struct plugin_remove_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_item[] = {
    {
        ROUTE(DELETE, "/plugins/{name...}"),
        .id = "PluginDelete",
        .tag = "plugins",
        .summary = "Remove a plugin: there is none",
        .params = plugin_remove_params_table,
        .rights = "system:write",
        .handler = delete_plugin,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
