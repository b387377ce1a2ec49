#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/lock.h"
#include "core/container/name.h"
#include "core/container/networks.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/state/state.h"
#include "core/store/store.h"

#define MAX_RUN_BYTES (1u << 20)

/* The column run with a mark on each address, or without. Owned buffer. */
static int write_run(const struct container *ctr, const char *step, struct buf *ret_text, struct error **err)
{
    autoarena *arena = arena_new();
    struct container_run run;
    row_run(ctr, &run);
    run.addresses.items = arena_array(arena, ctr->addresses.count, sizeof *run.addresses.items);
    for (size_t i = 0; i < ctr->addresses.count; i++) {
        run.addresses.items[i] = ctr->addresses.items[i];
        run.addresses.items[i].step = step;
    }
    schema_encode(ret_text, container_run_schema(), &run, SCHEMA_NEWEST);
    return ret_text->full ? error_set(err, ERROR_TOO_LARGE, 0, "the container's networks need more than %u bytes", MAX_RUN_BYTES) : 0;
}

int container_settle_name(struct engine *engine, const struct container *ctr, struct error **err)
{
    autobuf run = BUF(MAX_RUN_BYTES);
    if (write_run(ctr, NULL, &run, err) < 0 || network_rename(engine, ctr, err) < 0 ||
        row_change(engine, ctr, NULL, NULL, err, "UPDATE containers SET run = ?1, rev = rev + 1 WHERE id = ?2", "ss", buf_text(&run), ctr->id) < 0)
        return -1;
    container_refresh_files(engine, ctr->id);
    container_tell_linkers(engine);
    return 0;
}

/* Row and intent at once: name service and files follow. */
static int change_row(struct engine *engine, struct arena *arena, const struct container *ctr, const char *name, struct error **err)
{
    struct str_map attributes = { 0 };
    autobuf run = BUF(MAX_RUN_BYTES);
    str_map_set(arena, &attributes, "oldName", arena_printf(arena, "/%s", ctr->name));
    str_map_set(arena, &attributes, "name", name);
    if (!ctr->addresses.count)
        return row_change_within(engine, ctr, "rename", &attributes, err, "UPDATE containers SET name = ?1, rev = rev + 1 WHERE id = ?2", "ss", name,
                          ctr->id);
    if (write_run(ctr, "renaming", &run, err) < 0)
        return -1;
    return row_change_within(engine, ctr, "rename", &attributes, err, "UPDATE containers SET name = ?1, run = ?2, rev = rev + 1 WHERE id = ?3", "sss",
                      name, buf_text(&run), ctr->id);
}

/* Row and store in one transaction: who takes the name that is given up here finds it free in both. */
static int change_name(struct engine *engine, struct arena *arena, const struct container *ctr, const char *name, struct error **err)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc = change_row(engine, arena, ctr, name, err);
    if (!rc)
        rc = store_rename_container(engine->store, ctr->id, name, err);
    return state_leave(engine->state, rc, err);
}

/* It has its name by now; what fails is done again by the next who takes the container's lock. */
static void tell_networks(struct engine *engine, const char *id)
{
    autoerror *err = NULL;
    autocontainer *ctr = row_get(engine, id, &err);
    if (!ctr || (ctr->addresses.count && container_settle_name(engine, ctr, &err) < 0))
        log_warn("container %s: its new name: %s", id, err->message);
}

int container_rename(struct engine *engine, const char *key, const char *name, struct error **err)
{
    autoarena *arena = arena_new();
    name += *name == '/';
    if (str_check_name(name, "name", err) < 0)
        return -1;
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, "rename", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, found->id, err);
    if (!ctr)
        return -1;
    if (!strcmp(ctr->name, name))
        return error_set(err, ERROR_INVALID, 0, "name: Renaming a container with the same name as its current name");
    if (change_name(engine, arena, ctr, name, err) < 0) {
        bool taken = (*err)->kind == ERROR_CONFLICT || strstr((*err)->message, "UNIQUE");
        return taken ? container_name_in_use(engine, name, err) : -1;
    }
    tell_networks(engine, ctr->id);
    return 0;
}
