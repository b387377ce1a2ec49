/* GET /plugins */
#include <string.h>

#include "api/call.h"
#include "api/docker/plugins_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"

#define LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: capability, enabled")
PARAMS(plugin_list_params, LIST_PARAMS)

static int get_list(struct call *call, struct error **err)
{
    const struct plugin_list_params *p = call->params;
    for (size_t i = 0; i < p->filters.count; i++) {
        const struct filter *filter = &p->filters.items[i];
        bool enabled = !strcmp(filter->key, "enabled");
        if (!enabled && strcmp(filter->key, "capability"))
            return error_set(err, ERROR_INVALID, 0, "filters: invalid filter '%.200s': expected capability or enabled", filter->key);
        for (size_t j = 0; enabled && j < filter->values.count; j++)
            if (strcmp(filter->values.items[j], "true") && strcmp(filter->values.items[j], "false"))
                return error_set(err, ERROR_INVALID, 0, "filters: invalid filter 'enabled=%.200s': expected true or false",
                                 filter->values.items[j]);
    }
    return reply_list(call, 200, docker_plugin_schema(), NULL, 0, err);
}

const struct route docker_plugins[] = {
    {
        ROUTE(GET, "/plugins"),
        .id = "PluginList",
        .tag = "plugins",
        .summary = "Managed plugins: there are none",
        .params = plugin_list_params_table,
        .rights = "system:read",
        .handler = get_list,
        .responses = { { 200, docker_plugin_schema, "None", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
