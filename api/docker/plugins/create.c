/* POST /plugins/create */
#include "api/call.h"
#include "api/docker/plugins/managed.h"
#include "api/docker/plugins_tables.h"

#define PLUGIN_CREATE_PARAMS(P) P(QUERY, STR, name, "name", NULL, "Name of the plugin")
PARAMS(plugin_create_params, PLUGIN_CREATE_PARAMS)

const struct route docker_plugins_create[] = {
    {
        ROUTE(POST, "/plugins/create"),
        .id = "PluginCreate",
        .tag = "plugins",
        .summary = "Make a plugin of an archive: refused with 501",
        .params = plugin_create_params_table,
        .body_kind = BODY_STREAM,
        .rights = "system:write",
        .handler = docker_no_plugins,
        .responses = { BAD_PARAMETER, NO_PLUGINS },
    },
    { 0 },
};
