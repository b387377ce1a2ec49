/* GET /networks and GET /networks/ */
#include <string.h>

#include "api/call.h"
#include "api/docker/networks/show.h"
#include "api/docker/networks_tables.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"

#define LEVEL_NO_CONTAINERS 28 /* from here on a list does not show them */

#define LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: id, name, driver, label, type, scope, dangling")
PARAMS(list_params, LIST_PARAMS)

static int take_filters(struct call *call, const struct filters *asked, struct network_filters *filters, struct error **err)
{
    if (filters_check(asked, "id|name|driver|label|type|scope|dangling", err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (network_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    return 0;
}

/* Docker's rule: a container that does not run uses nothing. Looked for only when somebody asks. */
static int is_used(struct call *call, const struct network_filters *filters, const struct network *network, bool *ret_used,
                   struct error **err)
{
    autocontainers users = { 0 };
    if (filters->dangling.count && network_users(call->engine, network, true, &users, err) < 0)
        return -1;
    *ret_used = users.count > 0;
    return 0;
}

static int add(struct call *call, const struct network_filters *filters, const struct network *network,
               struct docker_network *shown, size_t *count, struct error **err)
{
    bool used, builtin = docker_is_builtin_network(call, network);
    struct network named = *network;
    if (network_is_default(call->engine, network))
        named.name = "bridge";
    if (is_used(call, filters, network, &used, err) < 0)
        return -1;
    if (!network_matches(filters, &named, builtin, used))
        return 0;
    docker_show_network(call, network, &shown[*count]);
    if (call->level < LEVEL_NO_CONTAINERS && docker_show_network_containers(call, network, &shown[*count], err) < 0)
        return -1;
    ++*count;
    return 0;
}

static int get_list(struct call *call, struct error **err)
{
    const struct list_params *p = call->params;
    struct network_filters filters = { 0 };
    struct network *networks;
    size_t count, pseudo_count, shown_count = 0;
    if (take_filters(call, &p->filters, &filters, err) < 0 || network_list(call->engine, call->arena, &networks, &count, err) < 0)
        return -1;
    const struct network *pseudo = docker_pseudo_networks(&pseudo_count);
    struct docker_network *shown = arena_array(call->arena, count + pseudo_count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        if (add(call, &filters, &networks[i], shown, &shown_count, err) < 0)
            return -1;
    for (size_t i = 0; i < pseudo_count; i++)
        if (add(call, &filters, &pseudo[i], shown, &shown_count, err) < 0)
            return -1;
    return reply_list(call, 200, docker_network_schema(), shown, shown_count, err);
}

#define LIST_ROUTE(path, name)                                                                                           \
    {                                                                                                                    \
        ROUTE(GET, path), .id = name, .tag = "networks", .summary = "List networks", .params = list_params_table,        \
        .rights = "networks:read", .handler = get_list,                                                                  \
        .responses = { { 200, docker_network_schema, "The networks", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR }, \
    }

const struct route docker_networks[] = {
    LIST_ROUTE("/networks", "NetworkList"),
    LIST_ROUTE("/networks/", "NetworkListSlash"), /* as dockerd has it */
    { 0 },
};
