/* POST /plugins/{name...}/upgrade */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_UPGRADE_PARAMS(P)                                         \
    P(PATH, STR, name, "name", NULL, "Name of the plugin")               \
    P(QUERY, STR, remote, "remote", NULL, "Reference of the newer one")
PARAMS(plugin_upgrade_params, PLUGIN_UPGRADE_PARAMS)

static int post_upgrade(struct call *call, struct error **err)
{
    const struct plugin_upgrade_params *p = call->params;
    return docker_no_plugin(p->name, err);
}

const struct route docker_plugins_upgrade[] = {
    {
        ROUTE(POST, "/plugins/{name...}/upgrade"),
        .id = "PluginUpgrade",
        .tag = "plugins",
        .summary = "Fetch a newer plugin: there is none to replace",
        .params = plugin_upgrade_params_table,
        .body_kind = BODY_STREAM,
        .rights = "system:write",
        .handler = post_upgrade,
        .responses = { BAD_PARAMETER, NO_SUCH_PLUGIN },
    },
    { 0 },
};
