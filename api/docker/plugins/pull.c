/* POST /plugins/pull */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_PULL_PARAMS(P)                                         \
    P(QUERY, STR, remote, "remote", NULL, "Reference of the plugin")  \
    P(QUERY, STR, name, "name", NULL, "Name it gets here")
PARAMS(plugin_pull_params, PLUGIN_PULL_PARAMS)

const struct route docker_plugins_pull[] = {
    {
        ROUTE(POST, "/plugins/pull"),
        .id = "PluginPull",
        .tag = "plugins",
        .summary = "Fetch a plugin: refused with 501",
        .params = plugin_pull_params_table,
        .body_kind = BODY_STREAM,
        .rights = "system:write",
        .handler = docker_no_plugins,
        .responses = { BAD_PARAMETER, NO_PLUGINS },
    },
    { 0 },
};
