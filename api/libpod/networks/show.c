#include "api/libpod/networks/show.h"

#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/network/network.h"

static void show_subnets(struct arena *arena, const struct network *network, struct libpod_network *shown)
{
    shown->subnets.items = arena_array(arena, network->subnets.count, sizeof *shown->subnets.items);
    for (size_t i = 0; i < network->subnets.count; i++) {
        const struct network_subnet *from = &network->subnets.items[i];
        struct libpod_subnet *subnet = &shown->subnets.items[shown->subnets.count++];
        *subnet = (struct libpod_subnet){ .subnet = from->subnet, .gateway = from->gateway };
        if (str_empty(from->lease_start) && str_empty(from->lease_end))
            continue;
        subnet->lease_range = arena_zalloc(arena, sizeof *subnet->lease_range);
        *subnet->lease_range = (struct libpod_lease_range){ from->lease_start, from->lease_end };
    }
}

static void show_routes(struct arena *arena, const struct network *network, struct libpod_network *shown)
{
    shown->routes.items = arena_array(arena, network->routes.count, sizeof *shown->routes.items);
    for (size_t i = 0; i < network->routes.count; i++) {
        const struct network_route *from = &network->routes.items[i];
        struct libpod_route *route = &shown->routes.items[shown->routes.count++];
        *route = (struct libpod_route){ .destination = from->destination, .gateway = from->gateway };
        if (!from->metric)
            continue;
        route->metric = arena_zalloc(arena, sizeof *route->metric);
        *route->metric = *from->metric;
    }
}

void libpod_show_network(struct arena *arena, const struct network *network, struct libpod_network *ret_shown)
{
    *ret_shown = (struct libpod_network){
        .name = network->name,
        .id = network->id,
        .driver = network->driver,
        .interface = network->interface,
        .created = network->created_unix_ns,
        .ipv6 = network->ipv6,
        .internal = network->internal,
        .dns = network->dns,
        .dns_servers = network->dns_servers,
        .labels = network->labels,
        .options = network->options,
        .ipam_options = network->ipam_options,
    };
    show_subnets(arena, network, ret_shown);
    show_routes(arena, network, ret_shown);
}
