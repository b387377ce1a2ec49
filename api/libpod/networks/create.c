/* POST /libpod/networks/create */
#include <string.h>

#include "api/call.h"
#include "api/libpod/networks/show.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"

#define CREATE_PARAMS(P) P(QUERY, BOOL, ignore, "ignoreIfExists", "false", "A network of that name is what is wanted")
PARAMS(create_params, CREATE_PARAMS)

static void take_subnets(struct arena *arena, const struct libpod_network *wanted, struct network_settings *settings)
{
    settings->subnets.items = arena_array(arena, wanted->subnets.count, sizeof *settings->subnets.items);
    for (size_t i = 0; i < wanted->subnets.count; i++) {
        const struct libpod_subnet *from = &wanted->subnets.items[i];
        settings->subnets.items[settings->subnets.count++] = (struct network_subnet){
            .subnet = from->subnet,
            .gateway = from->gateway,
            .lease_start = from->lease_range ? from->lease_range->start : NULL,
            .lease_end = from->lease_range ? from->lease_range->end : NULL,
        };
    }
}

static void take_routes(struct arena *arena, const struct libpod_network *wanted, struct network_settings *settings)
{
    settings->routes.items = arena_array(arena, wanted->routes.count, sizeof *settings->routes.items);
    for (size_t i = 0; i < wanted->routes.count; i++) {
        const struct libpod_route *from = &wanted->routes.items[i];
        settings->routes.items[settings->routes.count++] = (struct network_route){ from->destination, from->gateway, from->metric };
    }
}

/* Docker's names of options, which podman's clients use as well. */
static int take_options(struct arena *arena, const struct libpod_network *wanted, struct network_settings *settings,
                        struct error **err)
{
    for (size_t i = 0; i < wanted->options.count; i++) {
        const char *name = wanted->options.items[i].key, *value = wanted->options.items[i].value;
        if (!strcmp(name, "com.docker.network.driver.mtu"))
            str_map_set(arena, &settings->options, "mtu", value);
        else if (strcmp(name, "com.docker.network.bridge.name") != 0)
            str_map_set(arena, &settings->options, name, value);
        else if (str_empty(settings->interface) || str_eq(settings->interface, value))
            settings->interface = value;
        else
            return error_set(err, ERROR_INVALID, 0, "options: %s: \"%.80s\" is not network_interface: \"%.80s\"", name, value,
                             settings->interface);
    }
    return 0;
}

static int post_create(struct call *call, struct error **err)
{
    const struct create_params *p = call->params;
    const struct libpod_network *wanted = call->body;
    struct network_settings settings = {
        .name = wanted->name,
        .driver = wanted->driver,
        .interface = wanted->interface,
        .ipv4 = !wanted->subnets.count,
        .ipv6 = wanted->ipv6,
        .internal = wanted->internal,
        .dns = wanted->dns,
        .dns_servers = wanted->dns_servers,
        .labels = wanted->labels,
        .ipam_options = wanted->ipam_options,
        .ignore = p->ignore,
    };
    struct libpod_network shown;
    if (!str_empty(wanted->id))
        return error_set(err, ERROR_INVALID, 0, "id: \"%.80s\": ID can not be set for network create", wanted->id);
    take_subnets(call->arena, wanted, &settings);
    take_routes(call->arena, wanted, &settings);
    if (take_options(call->arena, wanted, &settings, err) < 0)
        return -1;
    const struct network *network = network_create(call->engine, call->arena, &settings, err);
    if (!network)
        return -1;
    libpod_show_network(call->arena, network, &shown);
    return reply(call, 200, libpod_network_schema(), &shown, err);
}

const struct route libpod_networks_create[] = {
    {
        ROUTE(POST, "/libpod/networks/create"),
        .id = "NetworkCreateLibpod",
        .tag = "networks",
        .summary = "Make a network",
        .params = create_params_table,
        .body_kind = BODY_JSON,
        .body = libpod_network_schema,
        .rights = "networks:write",
        .handler = post_create,
        .responses = {
            { 200, libpod_network_schema, "The network", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_NETWORK, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
