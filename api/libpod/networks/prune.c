/* POST /libpod/networks/prune */
#include <string.h>

#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"

#define PRUNE_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: until, label, label!")
PARAMS(prune_params, PRUNE_PARAMS)

static int take_filters(struct call *call, const struct filters *asked, struct network_filters *filters, struct error **err)
{
    if (filters_check(asked, "until|label|label!", err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (network_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    return 0;
}

static int post_prune(struct call *call, struct error **err)
{
    const struct prune_params *p = call->params;
    struct network_filters filters = { 0 };
    struct str_list names;
    if (take_filters(call, &p->filters, &filters, err) < 0 ||
        network_prune(call->engine, call->arena, &filters, false, &names, err) < 0)
        return -1;
    struct libpod_network_pruned *pruned = arena_array(call->arena, names.count, sizeof *pruned);
    for (size_t i = 0; i < names.count; i++)
        pruned[i].name = names.items[i];
    return reply_list(call, 200, libpod_network_pruned_schema(), pruned, names.count, err);
}

const struct route libpod_networks_prune[] = {
    {
        ROUTE(POST, "/libpod/networks/prune"),
        .id = "NetworkPruneLibpod",
        .tag = "networks",
        .summary = "Remove networks that no container uses",
        .params = prune_params_table,
        .rights = "networks:write",
        .handler = post_prune,
        .responses = {
            { 200, libpod_network_pruned_schema, "What was removed", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
