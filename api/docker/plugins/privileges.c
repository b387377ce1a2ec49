/* GET /plugins/privileges */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_PRIVILEGES_PARAMS(P) P(QUERY, STR, remote, "remote", NULL, "Reference of the plugin")
PARAMS(plugin_privileges_params, PLUGIN_PRIVILEGES_PARAMS)

const struct route docker_plugins_privileges[] = {
    {
        ROUTE(GET, "/plugins/privileges"),
        .id = "GetPluginPrivileges",
        .tag = "plugins",
        .summary = "What a plugin of a registry wants: refused with 501",
        .params = plugin_privileges_params_table,
        .rights = "system:read",
        .handler = docker_no_plugins,
        .responses = { BAD_PARAMETER, NO_PLUGINS },
    },
    { 0 },
};
