/* Networks of a container that exists: joined and left, while it runs or for its next start. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/container/lock.h"
#include "core/container/networks.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/network/network.h"

#define MAX_TEXT_BYTES (8u << 20)

struct change { /* of one container's networks */
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr; /* as it was */
    struct container_spec spec;
    struct container_run run;
};

/* Row and event in one transaction. @action: NULL for an intent */
static int write_change(struct change *change, const char *action, const struct container_address *address, struct error **err)
{
    struct state *state = change->engine->state;
    autobuf spec = BUF(MAX_TEXT_BYTES), run = BUF(MAX_TEXT_BYTES);
    schema_encode(&spec, container_spec_schema(), &change->spec, SCHEMA_NEWEST);
    schema_encode(&run, container_run_schema(), &change->run, SCHEMA_NEWEST);
    if (spec.full || run.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "the container's networks need more than %u bytes", MAX_TEXT_BYTES);
    if (!state_lock(state, err))
        return -1;
    int rc = state_begin(state, err);
    if (!rc) {
        rc = state_exec(state, err, "UPDATE containers SET spec = ?1, run = ?2, rev = rev + 1 WHERE id = ?3", "sss", buf_text(&spec),
                        buf_text(&run), change->ctr->id);
        if (!rc && action)
            rc = network_member_event(change->engine, change->arena, action, change->ctr, address, true, err);
        if (rc < 0)
            state_rollback(state);
        else
            rc = state_commit(state, err);
    }
    state_unlock(state);
    return rc;
}

/* ---- the lists ---- */

static void add_wish(struct change *change, const struct container_network *asked)
{
    size_t count = change->spec.networks.count;
    struct container_network *networks = arena_array(change->arena, count + 1, sizeof *networks);
    if (count)
        memcpy(networks, change->spec.networks.items, count * sizeof *networks);
    networks[count] = *asked;
    change->spec.networks.items = networks;
    change->spec.networks.count = count + 1;
}

static void begin(struct change *change, struct engine *engine, struct arena *arena, const struct container *ctr)
{
    *change = (struct change){ .engine = engine, .arena = arena, .ctr = ctr, .spec = *ctr->spec };
    row_run(ctr, &change->run);
    if (!ctr->spec->networks_set && !ctr->spec->networks.count) /* it means the default one; from now on it is said */
        add_wish(change, &(struct container_network){ .name = engine->config->default_network });
    change->spec.networks_set = true;
}

static void add_address(struct change *change, const struct container_address *address)
{
    size_t count = change->run.addresses.count;
    struct container_address *addresses = arena_array(change->arena, count + 1, sizeof *addresses);
    if (count)
        memcpy(addresses, change->run.addresses.items, count * sizeof *addresses);
    addresses[count] = *address;
    change->run.addresses.items = addresses;
    change->run.addresses.count = count + 1;
}

static void drop_wish(struct change *change, const char *network)
{
    struct container_spec *spec = &change->spec;
    size_t count = spec->networks.count;
    const struct container_network *had = spec->networks.items;
    spec->networks.items = arena_array(change->arena, count, sizeof *had);
    spec->networks.count = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(had[i].name, network))
            spec->networks.items[spec->networks.count++] = had[i];
}

static void drop_address(struct change *change, const char *network)
{
    struct container_run *run = &change->run;
    size_t count = run->addresses.count;
    const struct container_address *had = run->addresses.items;
    run->addresses.items = arena_array(change->arena, count, sizeof *had);
    run->addresses.count = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(had[i].network, network))
            run->addresses.items[run->addresses.count++] = had[i];
}

static void mark_address(struct change *change, const char *network, const char *step)
{
    struct container_run *run = &change->run;
    struct container_address *addresses = arena_array(change->arena, run->addresses.count, sizeof *addresses);
    memcpy(addresses, run->addresses.items, run->addresses.count * sizeof *addresses);
    for (size_t i = 0; i < run->addresses.count; i++)
        if (!strcmp(addresses[i].network, network))
            addresses[i].step = step;
    run->addresses.items = addresses;
}

static const struct container_address *find_address(const struct container *ctr, const char *network)
{
    for (size_t i = 0; i < ctr->addresses.count; i++)
        if (!strcmp(ctr->addresses.items[i].network, network))
            return &ctr->addresses.items[i];
    return NULL;
}

static bool wants(const struct change *change, const struct network *network)
{
    for (size_t i = 0; i < change->spec.networks.count; i++)
        if (!strcmp(change->spec.networks.items[i].name, network->name))
            return true;
    return false;
}

/* ---- while it runs ---- */

static void undo_join(struct change *change, const char *network)
{
    autoerror *err = NULL;
    drop_wish(change, network);
    drop_address(change, network);
    if (network_detach(change->engine, change->arena, change->ctr, network, true, &err) < 0 || write_change(change, NULL, NULL, &err) < 0)
        log_warn("container %s: undoing a connect to network %s: %s", change->ctr->id, network, err->message);
}

static int join_running(struct change *change, const struct container_network *asked, struct error **err)
{
    struct network_attachment attachment = { 0 };
    if (network_lease(change->engine, change->arena, change->ctr, asked, &attachment, err) < 0)
        return -1;
    struct container_address intent = attachment.address;
    intent.step = "joining";
    add_wish(change, asked);
    add_address(change, &intent);
    if (write_change(change, NULL, NULL, err) < 0)
        return -1;
    if (network_attach(change->engine, change->arena, change->ctr, &attachment, err) < 0) {
        undo_join(change, asked->name);
        return -1;
    }
    mark_address(change, asked->name, NULL);
    if (write_change(change, "connect", &attachment.address, err) < 0)
        return -1;
    container_refresh_files(change->engine, change->ctr->id);
    container_tell_linkers(change->engine);
    return 0;
}

static int leave_running(struct change *change, const struct container_address *address, bool force, struct error **err)
{
    struct error *ignored = NULL;
    mark_address(change, address->network, "leaving");
    if (write_change(change, NULL, NULL, err) < 0)
        return -1;
    if (network_detach(change->engine, change->arena, change->ctr, address->network, force, err) < 0) {
        mark_address(change, address->network, NULL);
        if (write_change(change, NULL, NULL, &ignored) < 0)
            error_free(ignored);
        return -1;
    }
    drop_wish(change, address->network);
    drop_address(change, address->network);
    if (write_change(change, "disconnect", address, err) < 0)
        return -1;
    container_refresh_files(change->engine, change->ctr->id);
    container_tell_linkers(change->engine);
    return 0;
}

/* A connect that was interrupted never was; a disconnect is finished. */
int container_settle_networks(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct change change;
    size_t settled = 0;
    begin(&change, engine, arena, ctr);
    for (size_t i = 0; i < ctr->addresses.count; i++) {
        const struct container_address *address = &ctr->addresses.items[i];
        if (str_empty(address->step))
            continue;
        if (!strcmp(address->step, "renaming"))
            return container_settle_name(engine, ctr, err);
        if (network_detach(engine, arena, ctr, address->network, true, err) < 0)
            return -1;
        drop_wish(&change, address->network);
        drop_address(&change, address->network);
        if (write_change(&change, !strcmp(address->step, "leaving") ? "disconnect" : NULL, address, err) < 0)
            return -1;
        settled++;
    }
    if (settled) {
        container_refresh_files(engine, ctr->id);
        container_tell_linkers(engine);
    }
    return 0;
}

/* ---- the verbs ---- */

/* Modes that have no networks of their own, in Docker's words. */
static int check_mode(const struct container *ctr, const char *network, struct error **err)
{
    const char *mode = str_or(ctr->spec->network_mode, "bridge");
    if (!strcmp(network, "host") || !strcmp(mode, "host"))
        return error_set(err, ERROR_INVALID, 0, "container cannot be disconnected from host network or connected to host network");
    if (!strcmp(network, "none") || !strcmp(mode, "none"))
        return error_set(err, ERROR_INVALID, 0,
                         "container cannot be connected to multiple networks with one of the networks in private (none) mode");
    if (strcmp(mode, "bridge"))
        return error_set(err, ERROR_INVALID, 0,
                         "container sharing network namespace with another container or host cannot be connected to any other network");
    return 0;
}

static int change_locked(struct engine *engine, struct arena *arena, const struct container *ctr, struct container_network *asked, bool join,
                         bool force, struct error **err)
{
    struct change change;
    const struct network *network = network_find(engine, arena, asked->name, err);
    if (!network)
        return -1;
    begin(&change, engine, arena, ctr);
    bool wanted = wants(&change, network);
    if (join && wanted && container_has_process(ctr))
        return error_set_about(err, ERROR_CONFLICT, "endpoint", network->name, "container %s is already connected to network %s", ctr->id,
                               network->name);
    if (!join && !wanted)
        return error_set(err, ERROR_CONFLICT, 0, "container %s is not connected to network %s", ctr->id, network->name);
    if (join && network_check_wish(engine, arena, asked, err) < 0)
        return -1;
    const struct container_address *address = find_address(ctr, network->name);
    if (join && container_has_process(ctr))
        return join_running(&change, asked, err);
    if (!join && container_has_process(ctr) && address)
        return leave_running(&change, address, force, err);
    drop_wish(&change, network->name); /* before its next start, new settings replace the old ones */
    if (join)
        add_wish(&change, asked);
    const struct container_address told = { .network = network->name, .network_id = network->id, .driver = network->driver };
    return write_change(&change, join ? "connect" : "disconnect", &told, err);
}

static int change_networks(struct engine *engine, const char *key, struct container_network *asked, bool join, bool force, struct error **err)
{
    autoarena *arena = arena_new();
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, join ? "connect" : "disconnect", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, found->id, err);
    if (!ctr)
        return -1;
    if (ctr->state == CONTAINER_REMOVING || ctr->state == CONTAINER_DEAD)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is marked for removal and cannot be connected or "
                               "disconnected to the network", ctr->id);
    if (check_mode(ctr, asked->name, err) < 0)
        return -1;
    return change_locked(engine, arena, ctr, asked, join, force, err);
}

int container_connect(struct engine *engine, const char *key, const struct container_network *asked, struct error **err)
{
    struct container_network wish = *asked;
    return change_networks(engine, key, &wish, true, false, err);
}

int container_disconnect(struct engine *engine, const char *key, const char *network, bool force, struct error **err)
{
    struct container_network wish = { .name = network };
    return change_networks(engine, key, &wish, false, force, err);
}

int container_reload_network(struct engine *engine, const char *key, struct error **err)
{
    autoarena *arena = arena_new();
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, "reload", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, found->id, err);
    if (!ctr)
        return -1;
    if (!container_has_process(ctr))
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "cannot reload the network of container %s: it is not running", ctr->id);
    if (!str_eq(str_or(ctr->spec->network_mode, "bridge"), "bridge"))
        return 0;
    if (network_reload(engine, arena, ctr, err) < 0)
        return -1;
    container_refresh_files(engine, ctr->id);
    return 0;
}
