/* GET /libpod/networks/json and GET /libpod/networks/{name}/json */
#include <string.h>

#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/networks/inspect.h"
#include "api/libpod/networks/show.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"

#define LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: id, name, driver, label, label!, dangling, until")
PARAMS(list_params, LIST_PARAMS)

static int take_filters(struct call *call, const struct filters *asked, struct network_filters *filters, struct error **err)
{
    if (filters_check(asked, "id|name|driver|label|label!|dangling|until", err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);) {
        if (!strcmp(term.key, "id") && str_is_hex(term.value)) /* the beginning of one */
            term.value = arena_printf(call->arena, "^%s", term.value);
        if (network_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    }
    return 0;
}

/* Whether a container, running or not, is on it; looked for only when somebody asks. */
static int is_used(struct call *call, const struct network_filters *filters, const struct network *network, bool *ret_used,
                   struct error **err)
{
    autocontainers users = { 0 };
    if (filters->dangling.count && network_users(call->engine, network, false, &users, err) < 0)
        return -1;
    *ret_used = users.count > 0;
    return 0;
}

static int get_list(struct call *call, struct error **err)
{
    const struct list_params *p = call->params;
    struct network_filters filters = { 0 };
    struct network *networks;
    size_t count, shown_count = 0;
    if (take_filters(call, &p->filters, &filters, err) < 0 || network_list(call->engine, call->arena, &networks, &count, err) < 0)
        return -1;
    struct libpod_network *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++) {
        bool used;
        if (is_used(call, &filters, &networks[i], &used, err) < 0)
            return -1;
        if (network_matches(&filters, &networks[i], false, used))
            libpod_show_network(call->arena, &networks[i], &shown[shown_count++]);
    }
    return reply_list(call, 200, libpod_network_schema(), shown, shown_count, err);
}

#define INSPECT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the network")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    return libpod_inspect_network(call, p->name, err);
}

const struct route libpod_networks_json[] = {
    {
        ROUTE(GET, "/libpod/networks/json"),
        .id = "NetworkListLibpod",
        .tag = "networks",
        .summary = "List networks",
        .params = list_params_table,
        .rights = "networks:read",
        .handler = get_list,
        .responses = { { 200, libpod_network_schema, "The networks", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    {
        ROUTE(GET, "/libpod/networks/{name}/json"),
        .id = "NetworkInspectLibpod",
        .tag = "networks",
        .summary = "Everything about a network",
        .params = inspect_params_table,
        .rights = "networks:read",
        .handler = get_inspect,
        .responses = {
            { 200, libpod_network_inspect_schema, "The network", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
