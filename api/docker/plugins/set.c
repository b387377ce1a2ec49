/* POST /plugins/{name...}/set */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_SET_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the plugin")
PARAMS(plugin_set_params, PLUGIN_SET_PARAMS)

static int post_set(struct call *call, struct error **err)
{
    const struct plugin_set_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_set[] = {
    {
        ROUTE(POST, "/plugins/{name...}/set"),
        .id = "PluginSet",
        .tag = "plugins",
        .summary = "Configure a plugin: there is none",
        .params = plugin_set_params_table,
        .body_kind = BODY_STREAM,
        .rights = "system:write",
        .handler = post_set,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
