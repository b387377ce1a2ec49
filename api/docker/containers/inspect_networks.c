#include "api/docker/containers/inspect_parts.h"

#include <stdlib.h>
#include <string.h>

#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/network/network.h"

#define SHORT_ID 12

/* The default network is called podman in its own file. */
static const char *familiar_network(const char *name)
{
    return str_eq(name, "podman") || str_eq(name, "default") ? "bridge" : name;
}

const char *inspect_network_mode(const struct container *ctr)
{
    const struct container_spec *spec = ctr->spec;
    const char *mode = str_or(spec->network_mode, "bridge");
    if (!str_empty(spec->docker_network_mode))
        return familiar_network(spec->docker_network_mode);
    return familiar_network(!strcmp(mode, "bridge") && spec->networks.count ? spec->networks.items[0].name : mode);
}

const char *inspect_port_key(struct arena *arena, int64_t port, const char *protocol)
{
    return arena_printf(arena, "%lld/%s", (long long)port, protocol);
}

static int64_t range_of(const struct container_port *port)
{
    return port->range > 0 ? port->range : 1;
}

struct str_list inspect_exposed_ports(struct arena *arena, const struct container *ctr)
{
    struct str_list keys = str_list_copy(arena, &ctr->spec->expose);
    for (size_t i = 0; i < ctr->spec->ports.count; i++) {
        const struct container_port *port = &ctr->spec->ports.items[i];
        for (int64_t n = 0; n < range_of(port); n++) {
            const char *key = inspect_port_key(arena, port->container_port + n, port->protocol);
            if (!str_list_has(&keys, key))
                str_list_add(arena, &keys, key);
        }
    }
    return keys;
}

/* ---- endpoints ---- */

static struct docker_endpoint_ipam *addresses_asked(struct arena *arena, const struct container_network *asked)
{
    if (!asked || !asked->static_ips.count)
        return NULL;
    struct docker_endpoint_ipam *ipam = arena_zalloc(arena, sizeof *ipam);
    for (size_t i = 0; i < asked->static_ips.count; i++) {
        const char *address = asked->static_ips.items[i];
        *(strchr(address, ':') ? &ipam->ip6 : &ipam->ip) = address;
    }
    return ipam;
}

static void add_name(struct arena *arena, struct str_list *names, const char *name)
{
    if (!str_empty(name) && !str_list_has(names, name))
        str_list_add(arena, names, name);
}

/* Networks of the user's resolve names; the default one does not. */
static struct str_list names_on(struct arena *arena, const struct container *ctr, const char *network,
                                const struct container_network *asked)
{
    struct str_list names = { 0 };
    if (!asked || !strcmp(network, "bridge"))
        return names;
    add_name(arena, &names, ctr->name);
    for (size_t i = 0; i < asked->aliases.count; i++)
        add_name(arena, &names, asked->aliases.items[i]);
    add_name(arena, &names, arena_strndup(arena, ctr->id, SHORT_ID));
    add_name(arena, &names, ctr->spec->hostname);
    return names;
}

/* On it now: what ended is taken down behind everybody's back. */
static const struct container_address *address_on(const struct container *ctr, const struct container_network *asked)
{
    for (size_t i = 0; ctr->pid && i < ctr->addresses.count; i++)
        if (!asked || !strcmp(ctr->addresses.items[i].network, asked->name))
            return &ctr->addresses.items[i];
    return NULL;
}

/* @asked: how, NULL when nothing was said. @now: while it runs, else NULL */
static struct docker_endpoint endpoint(struct arena *arena, const struct container *ctr, const char *network,
                                       const struct container_network *asked, const struct container_address *now)
{
    struct docker_endpoint shown = {
        .ipam = addresses_asked(arena, asked),
        .dns_names = names_on(arena, ctr, network, asked),
    };
    if (asked) {
        shown.aliases = asked->aliases;
        if (strcmp(network, "bridge"))
            shown.links = asked->links;
        shown.mac = asked->static_mac;
        shown.driver_options = asked->driver_options;
        shown.gateway_priority = asked->gateway_priority;
        shown.network_id = asked->id;
    }
    if (now) {
        shown.mac = now->mac;
        shown.network_id = now->network_id;
        shown.endpoint_id = network_endpoint_id(arena, ctr->id, now->network_id);
        shown.gateway = now->gateway;
        shown.ip = now->ip;
        shown.prefix = now->prefix;
        shown.gateway6 = now->gateway6;
        shown.ip6 = now->ip6;
        shown.prefix6 = now->prefix6;
    }
    return shown;
}

static void add_endpoint(struct arena *arena, const struct container *ctr, const char *name,
                         const struct container_network *asked, struct docker_list_networks *networks)
{
    size_t at = networks->networks.count++;
    networks->networks.items[at].key = name;
    networks->networks.items[at].value = endpoint(arena, ctr, name, asked, address_on(ctr, asked));
}

void inspect_endpoints(struct arena *arena, const struct container *ctr, struct docker_list_networks *ret_networks)
{
    const struct container_spec *spec = ctr->spec;
    const char *mode = str_or(spec->network_mode, "bridge");
    bool joins = str_starts(mode, "container:") || str_starts(mode, "ns:"); /* the other one has the networks */
    *ret_networks = (struct docker_list_networks){ 0 };
    ret_networks->networks.items = arena_array(arena, spec->networks.count + 1, sizeof *ret_networks->networks.items);
    for (size_t i = 0; i < spec->networks.count; i++)
        add_endpoint(arena, ctr, familiar_network(spec->networks.items[i].name), &spec->networks.items[i], ret_networks);
    if (!joins && !spec->networks.count && !spec->networks_set)
        add_endpoint(arena, ctr, mode, NULL, ret_networks);
}

void inspect_old_aliases(struct docker_endpoint *endpoint)
{
    if (endpoint->dns_names.count)
        endpoint->aliases = (struct str_list){ endpoint->dns_names.items + 1, endpoint->dns_names.count - 1 };
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "/TARGET:/CONTAINER/ALIAS", of the default network; a target that is gone took its link along. */
struct str_list inspect_links(struct engine *engine, struct arena *arena, const struct container *ctr)
{
    struct str_list shown = { 0 };
    for (size_t i = 0; i < ctr->spec->networks.count; i++) {
        const struct container_network *asked = &ctr->spec->networks.items[i];
        if (strcmp(familiar_network(asked->name), "bridge"))
            continue;
        for (size_t j = 0; j < asked->links.count; j++) {
            struct str_list link = str_split(arena, asked->links.items[j], ':');
            autoerror *gone = NULL;
            autocontainer *target = container_find(engine, link.items[0], &gone);
            if (target)
                str_list_add(arena, &shown, arena_printf(arena, "/%s:/%s/%s", target->name, ctr->name, link.items[1]));
        }
    }
    if (shown.count)
        qsort(shown.items, shown.count, sizeof *shown.items, compare_texts);
    return shown;
}

/* ---- settings ---- */

/* Host addresses of a port: one for each family the container has. */
static void add_bindings(struct arena *arena, const struct container *ctr, const struct container_port *port, int64_t n,
                         struct docker_port_binding *bindings, size_t *count)
{
    const char *host_port = arena_printf(arena, "%lld", (long long)(port->host_port + n));
    bool both = str_empty(port->host_ip) && ctr->addresses.count && !str_empty(ctr->addresses.items[0].ip6);
    bindings[(*count)++] = (struct docker_port_binding){ str_or(port->host_ip, "0.0.0.0"), host_port };
    if (both)
        bindings[(*count)++] = (struct docker_port_binding){ "::", host_port };
}

static void show_ports(struct arena *arena, const struct container *ctr, struct docker_network_settings *settings)
{
    struct str_list keys = inspect_exposed_ports(arena, ctr);
    size_t room = 0;
    for (size_t i = 0; i < ctr->ports.count; i++)
        room += 2 * (size_t)range_of(&ctr->ports.items[i]);
    settings->ports.items = arena_array(arena, keys.count, sizeof *settings->ports.items);
    for (size_t i = 0; i < keys.count; i++) {
        struct docker_port_binding *bindings = arena_array(arena, room, sizeof *bindings);
        size_t count = 0;
        for (size_t j = 0; j < ctr->ports.count; j++) {
            const struct container_port *port = &ctr->ports.items[j];
            for (int64_t n = 0; n < range_of(port); n++)
                if (!strcmp(keys.items[i], inspect_port_key(arena, port->container_port + n, port->protocol)))
                    add_bindings(arena, ctr, port, n, bindings, &count);
        }
        settings->ports.items[i].key = keys.items[i];
        settings->ports.items[i].value.items = bindings;
        settings->ports.items[i].value.count = count;
        settings->ports.count++;
    }
}

static const struct docker_endpoint *default_endpoint(const struct docker_list_networks *joined)
{
    for (size_t i = 0; i < joined->networks.count; i++)
        if (!strcmp(joined->networks.items[i].key, "bridge"))
            return &joined->networks.items[i].value;
    return NULL;
}

void inspect_network_settings(struct arena *arena, const struct container *ctr,
                              struct docker_network_settings *ret_settings)
{
    struct docker_list_networks joined;
    inspect_endpoints(arena, ctr, &joined);
    *ret_settings = (struct docker_network_settings){ .sandbox_key = ctr->pid ? ctr->netns_path : "" };
    ret_settings->networks.items = (void *)joined.networks.items; /* the same rows */
    ret_settings->networks.count = joined.networks.count;
    if (ctr->pid)
        show_ports(arena, ctr, ret_settings);
    const struct docker_endpoint *first = default_endpoint(&joined);
    if (!first)
        return; /* the members beside Networks are those of the default network alone */
    ret_settings->endpoint_id = first->endpoint_id;
    ret_settings->gateway = first->gateway;
    ret_settings->ip = first->ip;
    ret_settings->prefix = first->prefix;
    ret_settings->gateway6 = first->gateway6;
    ret_settings->ip6 = first->ip6;
    ret_settings->prefix6 = first->prefix6;
    ret_settings->mac = first->mac;
}
