/* Before netavark: ports, leases, namespace, and netavark's input. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/endpoint.h"
#include "core/network/join.h"
#include "core/network/links.h"
#include "core/network/namespace.h"
#include "core/network/network.h"
#include "core/network/ports.h"
#include "core/state/state.h"

static struct container_network usual_network = { .name = "default" };

/* Containers made before networks were settled at create say nothing when they mean the default one. */
static const struct container_network *wishes(const struct container_spec *spec, size_t *ret_count)
{
    bool said = spec->networks.count || spec->networks_set;
    *ret_count = said ? spec->networks.count : 1;
    return said ? spec->networks.items : &usual_network;
}

static int find_networks(struct joining *joining, const struct container_network *asked, size_t count, const struct network **networks,
                         struct error **err)
{
    for (size_t i = 0; i < count; i++) {
        networks[i] = network_find(joining->engine, joining->arena, asked[i].name, err);
        if (!networks[i])
            return -1;
        if (!str_empty(asked[i].interface_name)) /* nobody else may get that one */
            str_list_add(joining->arena, &joining->interfaces, asked[i].interface_name);
    }
    return 0;
}

/* Within the transaction. */
static int join_each(struct joining *joining, const struct container_network *asked, const struct network *const *networks, size_t count,
                     struct network_plan *plan, struct error **err)
{
    for (; plan->addresses.count < count; plan->addresses.count++) {
        size_t i = plan->addresses.count;
        if (join_network(joining, networks[i], &asked[i], &plan->addresses.items[i], err) < 0 ||
            network_member_event(joining->engine, joining->arena, "connect", joining->ctr, &plan->addresses.items[i], false, err) < 0)
            return -1;
    }
    return ports_record(joining->engine, joining->ctr, plan, err);
}

/* Leases and port rows stand or fall together. */
static int record(struct joining *joining, const struct container_network *asked, const struct network *const *networks, size_t count,
                  struct network_plan *plan, struct error **err)
{
    struct state *state = joining->engine->state;
    if (!state_lock(state, err))
        return -1;
    int rc = state_begin(state, err);
    if (!rc) {
        /* After a boot there may be rows of a run before it, and no endpoint that would tell. */
        rc = state_exec(state, err, "DELETE FROM leases WHERE container_id = ?1", "s", joining->ctr->id);
        if (!rc)
            rc = join_each(joining, asked, networks, count, plan, err);
        if (rc < 0)
            state_rollback(state);
        else
            rc = state_commit(state, err);
    }
    state_unlock(state);
    if (rc < 0)
        plan->addresses.count = 0;
    return rc;
}

void network_plan_names(struct arena *arena, struct network_plan *plan)
{
    for (size_t i = 0; i < plan->addresses.count; i++) {
        const struct container_address *address = &plan->addresses.items[i];
        const char *server = *address->gateway ? address->gateway : address->gateway6;
        if (!address->dns || !*server)
            continue;
        str_list_add(arena, &plan->dns_servers, server);
        if (!plan->dns_search.count)
            str_list_add(arena, &plan->dns_search, "dns.podman");
    }
}

/* Of ports that name none: the first that a network has an option for. "" is all. */
static const char *usual_host_address(const struct network *const *networks, size_t count)
{
    const char *address = NULL;
    for (size_t i = 0; str_empty(address) && i < count; i++)
        address = str_map_get(&networks[i]->docker_options, NETWORK_HOST_BINDING);
    return str_eq(address, "0.0.0.0") ? "" : str_or(address, "");
}

static int join_bridge(struct engine *engine, struct arena *arena, const struct container *ctr, int netns, struct network_plan *plan,
                       struct error **err)
{
    struct joining joining;
    size_t count;
    const struct container_network *asked = wishes(ctr->spec, &count);
    const struct network **networks = arena_array(arena, count, sizeof *networks);
    const char *dir = arena_printf(arena, "%s/netns", engine->run_dir);
    plan->netns_path = arena_printf(arena, "%s/%s", dir, ctr->id);
    plan->addresses.items = arena_array(arena, count, sizeof *plan->addresses.items);
    join_begin(&joining, engine, arena, ctr);
    /* A restart policy does not give up for another that comes later: its address is written down then. */
    if ((ctr->state != CONTAINER_RESTARTING && links_require(engine, ctr, err) < 0) ||
        find_networks(&joining, asked, count, networks, err) < 0 || endpoint_make(engine, ctr, err) < 0)
        return -1;
    plan->host_ip = usual_host_address(networks, count);
    if (ports_reserve(arena, ctr, plan, err) < 0)
        return -1;
    join_ports(&joining, plan->ports.items, plan->ports.count);
    if (record(&joining, asked, networks, count, plan, err) < 0 ||
        path_mkdirs(dir, 0700, err) < 0 || namespace_make(plan->netns_path, netns, err) < 0)
        return -1;
    network_plan_names(arena, plan);
    if (!count)
        return 0;
    plan->request = request_text(arena, &joining.request, err);
    return plan->request ? 0 : -1;
}

static int join_container(struct engine *engine, struct arena *arena, const char *other_key, struct network_plan *plan, struct error **err)
{
    autocontainer *other = container_find(engine, other_key, err);
    if (!other)
        return -1;
    if (!container_has_process(other))
        return error_set_about(err, ERROR_CONFLICT, "container", other->id, "cannot join network of a non running container: %s", other->id);
    plan->netns_path = arena_printf(arena, "/proc/%lld/ns/net", (long long)other->pid);
    return 0;
}

int network_prepare(struct engine *engine, struct arena *arena, const struct container *ctr, int netns, struct network_plan *ret_plan,
                    struct error **err)
{
    const char *mode = str_or(ctr->spec->network_mode, "bridge");
    *ret_plan = (struct network_plan){ .netns_path = "" };
    if (!strcmp(mode, "none") || !strcmp(mode, "host"))
        return 0;
    if (str_starts(mode, "container:"))
        return join_container(engine, arena, mode + strlen("container:"), ret_plan, err);
    if (str_starts(mode, "ns:")) {
        ret_plan->netns_path = mode + strlen("ns:");
        return 0;
    }
    return join_bridge(engine, arena, ctr, netns, ret_plan, err);
}

void network_plan_close(struct network_plan *plan)
{
    for (size_t i = 0; i < plan->reserved.count; i++)
        fd_close(plan->reserved.items[i]);
    free(plan->reserved.items);
    plan->reserved.items = NULL;
    plan->reserved.count = 0;
}
