/* POST /plugins/{name...}/push */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_PUSH_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the plugin")
PARAMS(plugin_push_params, PLUGIN_PUSH_PARAMS)

static int post_push(struct call *call, struct error **err)
{
    const struct plugin_push_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_push[] = {
    {
        ROUTE(POST, "/plugins/{name...}/push"),
        .id = "PluginPush",
        .tag = "plugins",
        .summary = "Send a plugin to a registry: there is none",
        .params = plugin_push_params_table,
        .rights = "system:write",
        .handler = post_push,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
