#include "core/network/join.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/event/event.h"
#include "core/network/lease.h"
#include "core/network/network.h"

#define MAX_DOCUMENT (1u << 20)
#define USUAL_METRIC 100 /* of netavark's default routes */

void join_begin(struct joining *joining, struct engine *engine, struct arena *arena, const struct container *ctr)
{
    *joining = (struct joining){ .engine = engine, .arena = arena, .ctr = ctr };
    struct netavark_request *request = &joining->request;
    request->container_id = ctr->id;
    request->container_name = ctr->name;
    request->dns_servers = ctr->spec->dns;
}

void join_ports(struct joining *joining, const struct container_port *ports, size_t count)
{
    struct netavark_request *request = &joining->request;
    request->ports.items = arena_array(joining->arena, count, sizeof *request->ports.items);
    for (size_t i = 0; i < count; i++)
        request->ports.items[request->ports.count++] = (struct netavark_port){
            .host_ip = ports[i].host_ip,
            .container_port = ports[i].container_port,
            .host_port = ports[i].host_port,
            .range = ports[i].range,
            .protocol = ports[i].protocol,
        };
}

/* Locally administered, so that it is known before netavark ran. */
static const char *random_mac(struct arena *arena)
{
    unsigned char bytes[6] = { 0 };
    if (getrandom(bytes, sizeof bytes, 0) < 0)
        abort();
    bytes[0] = (unsigned char)((bytes[0] & 0xfc) | 0x02);
    return arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
}

static const char *free_interface(struct joining *joining)
{
    for (size_t i = 0;; i++) {
        const char *name = arena_printf(joining->arena, "eth%zu", i);
        if (!str_list_has(&joining->interfaces, name))
            return name;
    }
}

/* The address asked for in this subnet's family; each is asked for once. */
static const char *wanted_address(const struct container_network *asked, const struct network_subnet *subnet, const struct container_address *had)
{
    const char *taken = lease_is_ipv6(subnet) ? had->ip6 : had->ip;
    for (size_t i = 0; i < asked->static_ips.count && !*taken; i++)
        if (!!strchr(asked->static_ips.items[i], ':') == !!lease_is_ipv6(subnet))
            return asked->static_ips.items[i];
    return NULL;
}

static int lease_subnets(struct joining *joining, const struct network *network, const struct container_network *asked,
                         struct container_address *address, struct netavark_attachment *attachment, struct error **err)
{
    for (size_t i = 0; i < network->subnets.count; i++) {
        const struct network_subnet *subnet = &network->subnets.items[i];
        bool six = lease_is_ipv6(subnet);
        const char *wanted = wanted_address(asked, subnet, address);
        const char *ip = lease_take(joining->engine, joining->arena, network, subnet, wanted, joining->ctr->id, err);
        if (!ip)
            return -1;
        str_list_add(joining->arena, &attachment->static_ips, ip);
        if (six && !*address->ip6) {
            address->ip6 = ip;
            address->gateway6 = subnet->gateway;
            address->prefix6 = lease_prefix(subnet);
        } else if (!six && !*address->ip) {
            address->ip = ip;
            address->gateway = subnet->gateway;
            address->prefix = lease_prefix(subnet);
        }
    }
    return 0;
}

static void add_alias(struct arena *arena, struct str_list *names, const char *name)
{
    if (!str_empty(name) && !str_list_has(names, name))
        str_list_add(arena, names, name);
}

/* What it is found by beside its name: aardvark does not take the host name for one. */
static struct str_list names_of(struct arena *arena, const struct container *ctr, const struct container_network *asked)
{
    struct str_list names = { 0 };
    for (size_t i = 0; i < asked->aliases.count; i++)
        add_alias(arena, &names, asked->aliases.items[i]);
    add_alias(arena, &names, arena_strndup(arena, ctr->id, 12));
    add_alias(arena, &names, ctr->spec->hostname);
    return names;
}

/* The network's document, with the metric that makes its default route better or worse than others'. */
static const char *document_of(struct joining *joining, const struct network *network, int64_t priority, struct error **err)
{
    if (!priority)
        return network->json;
    struct network_document *document =
        schema_decode(joining->arena, network_document_schema(), network->json, strlen(network->json), SCHEMA_LIMITS, NULL, err);
    if (!document)
        return NULL;
    str_map_set(joining->arena, &document->options, "metric", arena_printf(joining->arena, "%lld", (long long)(USUAL_METRIC - priority)));
    autobuf text = BUF(MAX_DOCUMENT);
    schema_encode(&text, network_document_schema(), document, SCHEMA_NEWEST);
    return arena_strdup(joining->arena, buf_text(&text));
}

int join_network(struct joining *joining, const struct network *network, const struct container_network *asked,
                 struct container_address *ret_address, struct error **err)
{
    struct arena *arena = joining->arena;
    struct container_address address = {
        .network = network->name,
        .network_id = network->id,
        .driver = network->driver,
        .dns = network->dns,
        .gateway = "",
        .gateway6 = "",
        .ip = "",
        .ip6 = "",
        .interface = str_empty(asked->interface_name) ? free_interface(joining) : asked->interface_name,
        .mac = str_empty(asked->static_mac) ? random_mac(arena) : asked->static_mac,
        .aliases = names_of(arena, joining->ctr, asked),
    };
    struct netavark_attachment attachment = {
        .static_mac = address.mac,
        .interface_name = address.interface,
        .aliases = address.aliases,
        .options = asked->driver_options,
    };
    const char *document = document_of(joining, network, asked->gateway_priority, err);
    if (!document || lease_subnets(joining, network, asked, &address, &attachment, err) < 0)
        return -1;
    add_alias(arena, &joining->interfaces, address.interface);
    request_add(arena, &joining->request, network->name, &attachment, document);
    *ret_address = address;
    return 0;
}

int network_member_event(struct engine *engine, struct arena *arena, const char *action, const struct container *ctr,
                  const struct container_address *address, bool told, struct error **err)
{
    struct str_map attributes = { 0 };
    str_map_set(arena, &attributes, "container", ctr->id);
    if (told)
        str_map_set(arena, &attributes, "containerName", ctr->name);
    str_map_set(arena, &attributes, "name", address->network);
    str_map_set(arena, &attributes, "type", str_or(address->driver, "bridge"));
    return event_add(engine, "network", action, address->network_id, &attributes, err);
}
