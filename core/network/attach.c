/* One network more, or one less, for a container that runs; and all of them again. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/join.h"
#include "core/network/netavark.h"
#include "core/network/network.h"
#include "core/state/state.h"

static int lease_in_transaction(struct joining *joining, const struct network *network, const struct container_network *asked,
                                struct container_address *ret_address, struct error **err)
{
    struct state *state = joining->engine->state;
    if (!state_lock(state, err))
        return -1;
    int rc = state_begin(state, err);
    if (!rc) {
        /* A connect that was killed before it wrote its row left some. */
        rc = state_exec(state, err, "DELETE FROM leases WHERE container_id = ?1 AND network = ?2", "ss", joining->ctr->id, network->name);
        if (!rc)
            rc = join_network(joining, network, asked, ret_address, err);
        if (rc < 0)
            state_rollback(state);
        else
            rc = state_commit(state, err);
    }
    state_unlock(state);
    return rc;
}

/* What it has already; nothing when it was disconnected from everything before it started. */
static int load_present(struct joining *joining, struct netavark_request *ret_present, struct error **err)
{
    const struct netavark_request *present = request_load(joining->engine, joining->arena, joining->ctr->id, err);
    if (!present && (*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    *ret_present = present ? *present : joining->request;
    return 0;
}

int network_lease(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_network *asked,
                  struct network_attachment *ret_attachment, struct error **err)
{
    struct joining joining;
    struct netavark_request all;
    join_begin(&joining, engine, arena, ctr);
    join_ports(&joining, ctr->ports.items, ctr->ports.count);
    for (size_t i = 0; i < ctr->addresses.count; i++)
        str_list_add(arena, &joining.interfaces, ctr->addresses.items[i].interface);
    if (!str_empty(asked->interface_name) && str_list_has(&joining.interfaces, asked->interface_name))
        return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: container %s has an interface %s already", asked->name, ctr->id,
                         asked->interface_name);
    const struct network *network = network_find(engine, arena, asked->name, err);
    if (!network || load_present(&joining, &all, err) < 0 ||
        lease_in_transaction(&joining, network, asked, &ret_attachment->address, err) < 0)
        return -1;
    request_add(arena, &all, network->name, &joining.request.networks.items[0].value, joining.request.network_info.items[0].value);
    ret_attachment->request = request_text(arena, &joining.request, err);
    ret_attachment->all = ret_attachment->request ? request_text(arena, &all, err) : NULL;
    return ret_attachment->all ? 0 : -1;
}

int network_attach(struct engine *engine, struct arena *arena, const struct container *ctr, const struct network_attachment *attachment,
                   struct error **err)
{
    /* First what is to be taken down at its end, then the act. */
    if (path_mkdirs(arena_printf(arena, "%s/netavark", engine->run_dir), 0700, err) < 0 ||
        request_store(engine, arena, ctr->id, attachment->all, err) < 0)
        return -1;
    return netavark_run(engine, arena, "setup", attachment->request, ctr->netns_path, err);
}

static int free_lease(struct engine *engine, const char *container_id, const char *network, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "DELETE FROM leases WHERE container_id = ?1 AND network = ?2", "ss", container_id, network);
    state_unlock(engine->state);
    return rc;
}

/* netavark says much about what is gone already, and takes the rest down. That it never ran is another matter. */
static int take_down(struct engine *engine, struct arena *arena, const struct container *ctr, const struct netavark_request *request, bool force,
                     struct error **err)
{
    const char *text = request_text(arena, request, err);
    if (text && netavark_run(engine, arena, "teardown", text, ctr->netns_path, err) == 0)
        return 0;
    if (!force && (*err)->kind != ERROR_INTERNAL)
        return -1;
    log_debug("container %s: %s", ctr->id, (*err)->message);
    error_clear(err);
    return 0;
}

int network_detach(struct engine *engine, struct arena *arena, const struct container *ctr, const char *network, bool force, struct error **err)
{
    const struct netavark_request *present = request_load(engine, arena, ctr->id, err);
    if (!present && (*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    if (present) {
        struct netavark_request gone = request_only(arena, present, network), left = request_without(arena, present, network);
        if (gone.networks.count && take_down(engine, arena, ctr, &gone, force, err) < 0)
            return -1;
        const char *text = request_text(arena, &left, err);
        if (!text || request_store(engine, arena, ctr->id, text, err) < 0)
            return -1;
    }
    return free_lease(engine, ctr->id, network, err);
}

int network_refresh_files(struct engine *engine, const struct container *ctr, const char *dir, struct error **err)
{
    autoarena *arena = arena_new();
    struct network_plan plan = { .netns_path = ctr->netns_path };
    plan.addresses.items = ctr->addresses.items;
    plan.addresses.count = ctr->addresses.count;
    network_plan_names(arena, &plan);
    return network_write_files(engine, ctr, &plan, dir, err);
}

int network_reload(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err)
{
    const struct netavark_request *present = request_load(engine, arena, ctr->id, err);
    if (!present) {
        if ((*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
        return 0; /* it is on no network */
    }
    if (!present->networks.count)
        return 0;
    const char *text = request_text(arena, present, err);
    if (!text || take_down(engine, arena, ctr, present, false, err) < 0)
        return -1;
    return netavark_run(engine, arena, "setup", text, ctr->netns_path, err);
}
