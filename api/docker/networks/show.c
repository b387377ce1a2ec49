#include "api/docker/networks/show.h"

#include <string.h>

#include "api/call.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/network/network.h"

static void show_ipam(struct arena *arena, const struct network *network, struct docker_network *shown)
{
    struct docker_ipam *ipam = &shown->ipam;
    ipam->driver = str_eq(str_map_get(&network->ipam_options, "driver"), "none") ? "null" : "default";
    ipam->options = network->docker_ipam_options;
    ipam->config.items = arena_array(arena, network->subnets.count, sizeof *ipam->config.items);
    for (size_t i = 0; i < network->subnets.count; i++) {
        const struct network_subnet *from = &network->subnets.items[i];
        ipam->config.items[ipam->config.count++] = (struct docker_ipam_config){
            .subnet = from->subnet,
            .range = from->range,
            .gateway = from->gateway,
            .auxiliary = from->auxiliary,
        };
        shown->ipv4 |= !strchr(from->subnet, ':');
    }
}

/* As dockerd shows its default bridge: clients look for the first of them. */
static void show_default_options(struct arena *arena, const struct network *network, struct str_map *options)
{
    str_map_set(arena, options, "com.docker.network.bridge.default_bridge", "true");
    str_map_set(arena, options, "com.docker.network.bridge.enable_icc", "true");
    str_map_set(arena, options, "com.docker.network.bridge.enable_ip_masquerade", "true");
    str_map_set(arena, options, "com.docker.network.bridge.host_binding_ipv4", "0.0.0.0");
    str_map_set(arena, options, "com.docker.network.bridge.name", network->interface);
    str_map_set(arena, options, "com.docker.network.driver.mtu", str_or(str_map_get(&network->options, "mtu"), "1500"));
}

/* As the client gave them; what a client of podman gave, in Docker's words where there are any. */
static void show_options(struct call *call, const struct network *network, struct docker_network *shown)
{
    bool is_default = network_is_default(call->engine, network);
    if (is_default)
        show_default_options(call->arena, network, &shown->options);
    else if (network->docker_options.count)
        shown->options = network->docker_options;
    if (is_default || network->docker_options.count)
        return;
    for (size_t i = 0; i < network->options.count; i++) {
        const struct str_pair *option = &network->options.items[i];
        const char *name = !strcmp(option->key, "mtu") ? "com.docker.network.driver.mtu" : option->key;
        str_map_set(call->arena, &shown->options, name, option->value);
    }
}

void docker_show_network(struct call *call, const struct network *network, struct docker_network *ret_shown)
{
    *ret_shown = (struct docker_network){
        .name = network_is_default(call->engine, network) ? "bridge" : network->name,
        .id = network->id,
        .created = network->created_unix_ns,
        .scope = "local",
        .driver = network->driver,
        .ipv6 = network->ipv6,
        .internal = network->internal,
        .attachable = network->attachable,
        .labels = network->labels,
    };
    show_ipam(call->arena, network, ret_shown);
    show_options(call, network, ret_shown);
}

static const char *with_prefix(struct arena *arena, const char *ip, int64_t prefix)
{
    return str_empty(ip) ? "" : arena_printf(arena, "%s/%lld", ip, (long long)prefix);
}

/* @address: NULL on the networks that give none */
static struct docker_network_container show_container(struct arena *arena, const struct network *network,
                                                      const struct container *ctr, const struct container_address *address)
{
    struct docker_network_container shown = {
        .name = arena_strdup(arena, ctr->name),
        .endpoint_id = network_endpoint_id(arena, ctr->id, network->id),
    };
    if (!address)
        return shown;
    shown.mac = arena_strdup(arena, address->mac);
    shown.ip = with_prefix(arena, address->ip, address->prefix);
    shown.ip6 = with_prefix(arena, address->ip6, address->prefix6);
    return shown;
}

/* Of host and none: containers of that mode that run. */
static int list_mode(struct call *call, const char *mode, struct container_list *ret_list, struct error **err)
{
    static const struct container_filters all;
    struct container_list list = { 0 };
    size_t kept = 0;
    if (container_list(call->engine, &all, false, 0, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        if (str_eq(list.items[i]->spec->network_mode, mode) && list.items[i]->pid)
            list.items[kept++] = list.items[i];
        else
            container_unref(list.items[i]);
    }
    list.count = kept;
    *ret_list = list;
    return 0;
}

int docker_show_network_containers(struct call *call, const struct network *network, struct docker_network *shown,
                                   struct error **err)
{
    autocontainers users = { 0 };
    bool pseudo = docker_pseudo_network(network->id);
    int rc = pseudo ? list_mode(call, network->name, &users, err) : network_users(call->engine, network, true, &users, err);
    if (rc < 0)
        return -1;
    shown->containers.items = arena_array(call->arena, users.count, sizeof *shown->containers.items);
    for (size_t i = 0; i < users.count; i++) {
        const struct container_address *address = pseudo ? NULL : network_address(network, users.items[i]);
        if (!address && !pseudo)
            continue;
        shown->containers.items[shown->containers.count].key = arena_strdup(call->arena, users.items[i]->id);
        shown->containers.items[shown->containers.count++].value = show_container(call->arena, network, users.items[i], address);
    }
    return 0;
}
