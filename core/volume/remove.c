#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/engine.h"
#include "core/volume/discard.h"
#include "core/volume/driver.h"
#include "core/volume/lock.h"
#include "core/volume/row.h"

/* The row's end, and that of who used it. */
static int forget(struct engine *engine, const struct volume *volume, bool was_there, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0) {
        rc = state_exec(engine->state, err, "DELETE FROM volumes WHERE name = ?1", "s", volume->name);
        if (rc == 0)
            rc = state_exec(engine->state, err, "DELETE FROM volume_users WHERE volume = ?1", "s", volume->name);
        if (rc == 0 && was_there)
            rc = volume_row_event(engine, volume, "destroy", err);
        if (rc == 0)
            rc = state_commit(engine->state, err);
        else
            state_rollback(engine->state);
    }
    state_unlock(engine->state);
    return rc;
}

static int stage_of(struct engine *engine, struct arena *arena, const char *name, enum volume_stage *ret_stage, struct error **err)
{
    struct volume volume;
    if (!state_lock(engine->state, err))
        return -1;
    int row = volume_row_find(engine, arena, name, &volume, ret_stage, err);
    state_unlock(engine->state);
    return row;
}

int volume_discard(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    enum volume_stage stage = VOLUME_MAKING;
    autoerror *refused = NULL;
    if (stage_of(engine, arena, volume->name, &stage, err) < 0)
        return -1;
    if (stage == VOLUME_REMOVING && volume_driver_give_up(engine, arena, volume, &refused) < 0)
        log_warn("%s", refused->message);
    if (volume_driver_remove(engine, arena, volume, err) < 0)
        return -1;
    return forget(engine, volume, stage == VOLUME_REMOVING, err);
}

static int refuse_used(struct arena *arena, const char *name, const struct str_list *users, struct error **err)
{
    return error_set_about(err, ERROR_CONFLICT, "volume", name, "remove %s: volume is in use - [%s]", name,
                           str_join(arena, users, ", "));
}

static int mark(struct engine *engine, struct arena *arena, const char *name, const char *except, struct error **err)
{
    struct str_list users = { 0 };
    int rc = volume_row_users(engine, arena, name, &users, err);
    if (rc == 0)
        rc = volume_row_jobs(engine, arena, name, &users, err);
    if (rc == 0 && users.count > (except && str_list_has(&users, except)))
        rc = refuse_used(arena, name, &users, err);
    if (rc == 0)
        rc = state_exec(engine->state, err, "UPDATE volumes SET stage = ?1 WHERE name = ?2", "is",
                        (int64_t)VOLUME_REMOVING, name);
    return rc;
}

static int begin(struct engine *engine, struct arena *arena, const char *name, const char *except, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0) {
        rc = mark(engine, arena, name, except, err);
        if (rc == 0)
            rc = state_commit(engine->state, err);
        else
            state_rollback(engine->state);
    }
    state_unlock(engine->state);
    return rc;
}

/* It stays as it was. */
static void unmark(struct engine *engine, const char *name)
{
    autoerror *kept = NULL;
    if (!state_lock(engine->state, &kept))
        return;
    state_exec(engine->state, &kept, "UPDATE volumes SET stage = ?1 WHERE name = ?2", "is", (int64_t)VOLUME_READY, name);
    state_unlock(engine->state);
}

/* With the lock held: says that it is being removed, unless a container but @except (NULL: any) uses it; then removes it. */
static int remove_locked(struct engine *engine, struct arena *arena, const struct volume *volume, const char *except, bool force,
                         struct error **err)
{
    if (begin(engine, arena, volume->name, except, err) < 0)
        return -1;
    if (!force && volume_driver_give_up(engine, arena, volume, err) < 0) {
        unmark(engine, volume->name);
        return -1;
    }
    if (volume_discard(engine, arena, volume, err) < 0)
        return -1;
    volume_lock_remove(engine, volume->name);
    return 0;
}

int volume_remove(struct engine *engine, const char *name, bool force, struct error **err)
{
    autoarena *arena = arena_new();
    struct volume volume;
    if (volume_find(engine, arena, name, &volume, err) < 0) /* also of names that could be no file's */
        return -1;
    autofd lock = volume_lock(engine, name, "remove", true, err);
    if (lock < 0 || volume_find(engine, arena, name, &volume, err) < 0)
        return -1;
    return remove_locked(engine, arena, &volume, NULL, force, err);
}

/* ---- with a container ---- */

/* What goes with it: anonymous volumes that it alone uses, and what is not shown, because it was not made to the end. */
static int list_going(struct engine *engine, struct arena *arena, const char *container_id, bool anonymous,
                      struct str_list *ret_names, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(
        engine->state,
        "SELECT volume FROM volume_users JOIN volumes ON name = volume"
        " WHERE container_id = ?1 AND (stage <> 0 OR (anonymous = 1 AND ?2)) AND NOT EXISTS"
        " (SELECT 1 FROM volume_users AS other WHERE other.volume = volume_users.volume AND other.container_id <> ?1)",
        err);
    int row = -1;
    if (stmt) {
        sqlite3_bind_text(stmt, 1, container_id, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int(stmt, 2, anonymous);
        while ((row = state_step(engine->state, stmt, err)) > 0)
            str_list_add(arena, ret_names, arena_strdup(arena, state_text(stmt, 0)));
    }
    state_unlock(engine->state);
    return row;
}

static int remove_with(struct engine *engine, struct arena *arena, const char *name, const char *container_id,
                       struct error **err)
{
    struct volume volume;
    enum volume_stage stage = VOLUME_READY;
    autofd lock = volume_lock(engine, name, "remove", true, err);
    if (lock < 0 || !state_lock(engine->state, err))
        return -1;
    int row = volume_row_find(engine, arena, name, &volume, &stage, err);
    state_unlock(engine->state);
    if (row <= 0)
        return row;
    return remove_locked(engine, arena, &volume, container_id, false, err);
}

int volume_release(struct engine *engine, const char *container_id, bool remove_anonymous, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list going = { 0 };
    if (list_going(engine, arena, container_id, remove_anonymous, &going, err) < 0)
        return -1;
    for (size_t i = 0; i < going.count; i++) {
        autoerror *left = NULL; /* another container took it meanwhile, or repair comes back to it */
        if (remove_with(engine, arena, going.items[i], container_id, &left) < 0)
            log_warn("%s", left->message);
    }
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "DELETE FROM volume_users WHERE container_id = ?1", "s", container_id);
    state_unlock(engine->state);
    return rc;
}
