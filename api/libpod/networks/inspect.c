#include "api/libpod/networks/inspect.h"

#include <string.h>

#include "api/call.h"
#include "api/libpod/networks/show.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/network/network.h"

static void add_address(struct arena *arena, struct libpod_network_interface *interface, const char *ip, int64_t prefix, const char *gateway)
{
    if (!str_empty(ip))
        interface->subnets.items[interface->subnets.count++] =
            (struct libpod_network_address){ arena_printf(arena, "%s/%lld", ip, (long long)prefix), gateway };
}

static void show_container(struct arena *arena, const struct container *ctr, const struct container_address *address,
                           struct libpod_network_container *shown)
{
    struct libpod_network_interface interface = { .mac = address->mac };
    interface.subnets.items = arena_array(arena, 2, sizeof *interface.subnets.items);
    add_address(arena, &interface, address->ip, address->prefix, address->gateway);
    add_address(arena, &interface, address->ip6, address->prefix6, address->gateway6);
    shown->name = ctr->name;
    shown->interfaces.items = arena_array(arena, 1, sizeof *shown->interfaces.items);
    shown->interfaces.items[0].key = address->interface;
    shown->interfaces.items[0].value = interface;
    shown->interfaces.count = 1;
}

/* Borrows from @users. */
static void show_containers(struct arena *arena, const struct network *network, const struct container_list *users,
                            struct libpod_network_inspect *shown)
{
    shown->containers.items = arena_array(arena, users->count, sizeof *shown->containers.items);
    for (size_t i = 0; i < users->count; i++) {
        const struct container_address *address = network_address(network, users->items[i]);
        if (!address)
            continue;
        shown->containers.items[shown->containers.count].key = users->items[i]->id;
        show_container(arena, users->items[i], address, &shown->containers.items[shown->containers.count++].value);
    }
}

int libpod_inspect_network(struct call *call, const char *key, struct error **err)
{
    const struct network *network = network_find(call->engine, call->arena, key, err);
    struct libpod_network_inspect shown = { 0 };
    autocontainers users = { 0 };
    if (!network || network_users(call->engine, network, true, &users, err) < 0)
        return -1;
    libpod_show_network(call->arena, network, &shown.network);
    show_containers(call->arena, network, &users, &shown);
    return reply(call, 200, libpod_network_inspect_schema(), &shown, err);
}
