#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/volume/driver.h"
#include "core/volume/lock.h"
#include "core/volume/plugin.h"
#include "core/volume/row.h"

static int tell_mount(struct engine *engine, const struct volume *volume, const char *container_id, const char *target,
                      bool readonly, struct error **err)
{
    struct str_pair pairs[] = {
        { "container", container_id }, { "destination", target }, { "driver", volume->driver },
        { "propagation", "" },         { "read/write", readonly ? "false" : "true" },
    };
    const struct str_map attributes = { pairs, sizeof pairs / sizeof *pairs };
    return event_add(engine, "volume", "mount", volume->name, &attributes, err);
}

static int tell_unmount(struct engine *engine, const struct volume *volume, const char *container_id, struct error **err)
{
    struct str_pair pairs[] = { { "container", container_id }, { "driver", volume->driver } };
    const struct str_map attributes = { pairs, sizeof pairs / sizeof *pairs };
    return event_add(engine, "volume", "unmount", volume->name, &attributes, err);
}

/* Before anything is mounted: so that whoever clears up knows. */
static int count(struct engine *engine, const struct volume *volume, const char *container_id, const char *target,
                 bool readonly, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0) {
        rc = state_exec(engine->state, err, "INSERT OR IGNORE INTO volume_mounts (volume, user) VALUES (?1, ?2)", "ss",
                        volume->name, container_id);
        if (rc == 0)
            rc = tell_mount(engine, volume, container_id, target, readonly, err);
        if (rc == 0)
            rc = state_commit(engine->state, err);
        else
            state_rollback(engine->state);
    }
    state_unlock(engine->state);
    return rc;
}

static int list_mounted(struct engine *engine, struct arena *arena, const char *container_id, struct str_list *ret_names,
                        struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int row = -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT volume FROM volume_mounts WHERE user = ?1", err);
    if (stmt) {
        sqlite3_bind_text(stmt, 1, container_id, -1, SQLITE_TRANSIENT);
        while ((row = state_step(engine->state, stmt, err)) > 0)
            str_list_add(arena, ret_names, arena_strdup(arena, state_text(stmt, 0)));
    }
    state_unlock(engine->state);
    return row;
}

static int uncount(struct engine *engine, const struct volume *volume, const char *container_id, struct error **err)
{
    if (state_exec(engine->state, err, "DELETE FROM volume_mounts WHERE volume = ?1 AND user = ?2", "ss", volume->name,
                   container_id) < 0 ||
        state_exec(engine->state, err, "UPDATE volumes SET used = ?1 WHERE name = ?2", "is", clock_now(), volume->name) < 0)
        return -1;
    return str_starts(container_id, "job-") ? 0 : tell_unmount(engine, volume, container_id, err);
}

static int let_go(struct engine *engine, const struct volume *volume, const char *container_id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0) {
        rc = uncount(engine, volume, container_id, err);
        if (rc == 0)
            rc = state_commit(engine->state, err);
        else
            state_rollback(engine->state);
    }
    state_unlock(engine->state);
    return rc;
}

/* Where a plugin has mounted it for this user. 1 it has, 0 not (or its answer never came), -1 with *err */
static int recall(struct engine *engine, struct arena *arena, struct volume *volume, const char *user, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT mountpoint FROM volume_mounts WHERE volume = ?1 AND user = ?2"
                                       " AND mountpoint <> ''", err);
    int row = -1;
    if (stmt) {
        sqlite3_bind_text(stmt, 1, volume->name, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(stmt, 2, user, -1, SQLITE_TRANSIENT);
        row = state_step(engine->state, stmt, err);
        if (row > 0)
            volume->mountpoint = arena_strdup(arena, state_text(stmt, 0));
        sqlite3_reset(stmt);
    }
    state_unlock(engine->state);
    return row;
}

static int remember(struct engine *engine, const struct volume *volume, const char *user, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "UPDATE volume_mounts SET mountpoint = ?1 WHERE volume = ?2 AND user = ?3", "sss",
                        volume->mountpoint, volume->name, user);
    state_unlock(engine->state);
    return rc;
}

int volume_mount_for(struct engine *engine, struct arena *arena, struct volume *volume, const char *user, struct error **err)
{
    int there = plugin_is(volume->driver) ? recall(engine, arena, volume, user, err) : 0;
    if (there)
        return there < 0 ? -1 : 0;
    if (volume_driver_mount(engine, arena, volume, user, err) == 0)
        return plugin_is(volume->driver) ? remember(engine, volume, user, err) : 0;
    autoerror *kept = NULL;
    if (plugin_is(volume->driver) && (*err)->kind == ERROR_INVALID) /* it says that it did not: there is nothing to undo */
        let_go(engine, volume, user, &kept);
    return -1;
}

int volume_mount(struct engine *engine, struct arena *arena, struct volume *volume, const char *container_id,
                 const char *target, bool readonly, struct error **err)
{
    autofd lock = volume_lock(engine, volume->name, "mount", true, err);
    if (lock < 0 || count(engine, volume, container_id, target, readonly, err) < 0)
        return -1;
    return volume_mount_for(engine, arena, volume, container_id, err);
}

static int unmount_one(struct engine *engine, struct arena *arena, const char *name, const char *container_id,
                       struct error **err)
{
    struct volume volume = { .name = name, .driver = "local" };
    enum volume_stage stage = VOLUME_READY;
    autofd lock = volume_lock(engine, name, "unmount", true, err);
    if (lock < 0 || !state_lock(engine->state, err))
        return -1;
    int row = volume_row_find(engine, arena, name, &volume, &stage, err);
    state_unlock(engine->state);
    if (row < 0 || (row > 0 && volume_driver_unmount(engine, arena, &volume, container_id, volume.mounts <= 1, err) < 0))
        return -1;
    return let_go(engine, &volume, container_id, err);
}

int volume_unmount(struct engine *engine, const char *container_id, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list names = { 0 };
    int rc = list_mounted(engine, arena, container_id, &names, err);
    for (size_t i = 0; rc == 0 && i < names.count; i++)
        rc = unmount_one(engine, arena, names.items[i], container_id, err);
    return rc;
}
