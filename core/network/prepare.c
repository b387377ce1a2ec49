/* Before netavark: ports, leases, namespace, and netavark's input. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/document.h"
#include "core/network/lease.h"
#include "core/network/namespace.h"
#include "core/network/network.h"
#include "core/network/ports.h"
#include "core/state/state.h"

#define MAX_REQUEST (4u << 20)

struct joining { /* one container's way into its networks */
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    struct network_plan *plan;
    struct network **networks;
    struct netavark_request request;
};

/* Locally administered, so that it is known before netavark ran. */
static const char *random_mac(struct arena *arena)
{
    unsigned char bytes[6] = { 0 };
    if (getrandom(bytes, sizeof bytes, 0) < 0)
        abort();
    bytes[0] = (unsigned char)((bytes[0] & 0xfc) | 0x02);
    return arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
}

/* The address asked for in this subnet's family, if any is left to give. */
static const char *wanted_address(const struct container_network *asked, const struct network_subnet *subnet)
{
    for (size_t i = 0; asked && i < asked->static_ips.count; i++)
        if (!!strchr(asked->static_ips.items[i], ':') == !!lease_is_ipv6(subnet))
            return asked->static_ips.items[i];
    return NULL;
}

static int lease_subnets(struct joining *joining, const struct network *network, const struct container_network *asked,
                         struct container_address *address, struct netavark_attachment *attachment, struct error **err)
{
    for (size_t i = 0; i < network->subnets.count; i++) {
        const struct network_subnet *subnet = &network->subnets.items[i];
        const char *ip = lease_take(joining->engine, joining->arena, network, subnet, wanted_address(asked, subnet), joining->ctr->id, err);
        if (!ip)
            return -1;
        str_list_add(joining->arena, &attachment->static_ips, ip);
        if (lease_is_ipv6(subnet)) {
            address->ip6 = ip;
            address->gateway6 = subnet->gateway;
            address->prefix6 = lease_prefix(subnet);
        } else {
            address->ip = ip;
            address->gateway = subnet->gateway;
            address->prefix = lease_prefix(subnet);
        }
    }
    return 0;
}

static int join(struct joining *joining, size_t index, const struct container_network *asked, struct error **err)
{
    struct arena *arena = joining->arena;
    const struct network *network = joining->networks[index];
    struct container_address *address = &joining->plan->addresses.items[index];
    const char *key = network->name;
    struct netavark_attachment attachment = {
        .static_mac = asked && !str_empty(asked->static_mac) ? asked->static_mac : random_mac(arena),
        .interface_name = asked && !str_empty(asked->interface_name) ? asked->interface_name : arena_printf(arena, "eth%zu", index),
    };
    *address = (struct container_address){ .network = key, .network_id = network->id, .gateway = "", .gateway6 = "", .ip = "", .ip6 = "" };
    if (asked)
        attachment.options = asked->driver_options;
    if (lease_subnets(joining, network, asked, address, &attachment, err) < 0)
        return -1;
    for (size_t i = 0; asked && i < asked->aliases.count; i++)
        str_list_add(arena, &address->aliases, asked->aliases.items[i]);
    str_list_add(arena, &address->aliases, arena_strndup(arena, joining->ctr->id, 12));
    attachment.aliases = address->aliases;
    address->interface = attachment.interface_name;
    address->mac = attachment.static_mac;
    joining->plan->addresses.count++;
    joining->request.networks.items[index].key = key;
    joining->request.networks.items[index].value = attachment;
    joining->request.networks.count++;
    joining->request.network_info.items[index] = (struct str_pair){ key, network->json };
    joining->request.network_info.count++;
    if (network->dns && *address->gateway)
        str_list_add(arena, &joining->plan->dns_servers, address->gateway);
    if (network->dns && !joining->plan->dns_search.count)
        str_list_add(arena, &joining->plan->dns_search, "dns.podman");
    return 0;
}

static int find_networks(struct joining *joining, size_t *ret_count, struct error **err)
{
    const struct container_spec *spec = joining->ctr->spec;
    size_t count = spec->networks.count ? spec->networks.count : 1;
    joining->networks = arena_array(joining->arena, count, sizeof *joining->networks);
    for (size_t i = 0; i < count; i++) {
        const char *name = spec->networks.count ? spec->networks.items[i].name : "bridge";
        joining->networks[i] = network_find(joining->engine, joining->arena, name, err);
        if (!joining->networks[i])
            return -1;
    }
    joining->plan->addresses.items = arena_array(joining->arena, count, sizeof *joining->plan->addresses.items);
    joining->request.networks.items = arena_array(joining->arena, count, sizeof *joining->request.networks.items);
    joining->request.network_info.items = arena_array(joining->arena, count, sizeof *joining->request.network_info.items);
    *ret_count = count;
    return 0;
}

/* Leases and port rows stand or fall together. */
static int record(struct joining *joining, size_t count, struct error **err)
{
    const struct container_spec *spec = joining->ctr->spec;
    struct state *state = joining->engine->state;
    if (!state_lock(state, err))
        return -1;
    int rc = state_begin(state, err);
    if (!rc) {
        /* What a run before left: its exit was not handled, or this is the second try with another runtime. */
        rc = state_exec(state, err, "DELETE FROM leases WHERE container_id = ?1", "s", joining->ctr->id);
        for (size_t i = 0; !rc && i < count; i++)
            rc = join(joining, i, spec->networks.count ? &spec->networks.items[i] : NULL, err);
        if (!rc)
            rc = ports_record(joining->engine, joining->ctr, joining->plan, err);
        if (rc < 0)
            state_rollback(state);
        else
            rc = state_commit(state, err);
    }
    state_unlock(state);
    return rc;
}

static void describe_ports(struct joining *joining)
{
    const struct network_plan *plan = joining->plan;
    struct netavark_request *request = &joining->request;
    request->ports.items = arena_array(joining->arena, plan->ports.count, sizeof *request->ports.items);
    for (size_t i = 0; i < plan->ports.count; i++)
        request->ports.items[request->ports.count++] = (struct netavark_port){
            .host_ip = plan->ports.items[i].host_ip,
            .container_port = plan->ports.items[i].container_port,
            .host_port = plan->ports.items[i].host_port,
            .range = plan->ports.items[i].range,
            .protocol = plan->ports.items[i].protocol,
        };
}

static int join_bridge(struct joining *joining, struct error **err)
{
    size_t count;
    struct network_plan *plan = joining->plan;
    const char *dir = arena_printf(joining->arena, "%s/netns", joining->engine->run_dir);
    plan->netns_path = arena_printf(joining->arena, "%s/%s", dir, joining->ctr->id);
    if (find_networks(joining, &count, err) < 0 || ports_reserve(joining->arena, joining->ctr, plan, err) < 0 || record(joining, count, err) < 0 ||
        path_mkdirs(dir, 0700, err) < 0 || namespace_make(plan->netns_path, err) < 0)
        return -1;
    describe_ports(joining);
    joining->request.container_id = joining->ctr->id;
    joining->request.container_name = joining->ctr->name;
    joining->request.dns_servers = joining->ctr->spec->dns;
    autobuf text = BUF(MAX_REQUEST);
    schema_encode(&text, netavark_request_schema(), &joining->request, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "netavark's input is larger than %u bytes", MAX_REQUEST);
    plan->request = arena_strdup(joining->arena, buf_text(&text));
    return 0;
}

static int join_container(struct joining *joining, const char *other_key, struct error **err)
{
    autocontainer *other = container_find(joining->engine, other_key, err);
    if (!other)
        return -1;
    if (other->state != CONTAINER_RUNNING && other->state != CONTAINER_PAUSED)
        return error_set_about(err, ERROR_CONFLICT, "container", other->id, "cannot join network of a non running container: %s", other->id);
    joining->plan->netns_path = arena_printf(joining->arena, "/proc/%lld/ns/net", (long long)other->pid);
    return 0;
}

int network_prepare(struct engine *engine, struct arena *arena, const struct container *ctr, struct network_plan *ret_plan, struct error **err)
{
    const char *mode = str_or(ctr->spec->network_mode, "bridge");
    struct joining joining = { .engine = engine, .arena = arena, .ctr = ctr, .plan = ret_plan };
    *ret_plan = (struct network_plan){ .netns_path = "" };
    if (!strcmp(mode, "none") || !strcmp(mode, "host"))
        return 0;
    if (str_starts(mode, "container:"))
        return join_container(&joining, mode + strlen("container:"), err);
    if (str_starts(mode, "ns:")) {
        ret_plan->netns_path = mode + strlen("ns:");
        return 0;
    }
    return join_bridge(&joining, err);
}

void network_plan_close(struct network_plan *plan)
{
    for (size_t i = 0; i < plan->reserved.count; i++)
        fd_close(plan->reserved.items[i]);
    free(plan->reserved.items);
    plan->reserved.items = NULL;
    plan->reserved.count = 0;
}
