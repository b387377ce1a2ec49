
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/required.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

static int refuse_live(const struct container *ctr, struct error **err)
{
    const char *advice = ctr->state == CONTAINER_PAUSED ? "unpause and stop the container before removing or force remove"
                                                         : "stop the container before removing or force remove";
    return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "cannot remove container \"/%s\": container is %s: %s", ctr->name,
                           container_state_text(ctr->state), advice);
}

static int forget_execs(struct engine *engine, const struct container *ctr, struct error **err)
{
    return row_change(engine, ctr, NULL, NULL, err, "DELETE FROM execs WHERE container_id = ?1", "s", ctr->id);
}

int container_finish_remove(struct engine *engine, const struct container *ctr, struct error **err)
{
    bool volumes = ctr->spec->auto_remove || row_removes_volumes(ctr);
    if (store_unmount_container(engine->store, ctr->id, err) < 0 ||
        store_remove_container(engine->store, ctr->id, err) < 0 || volume_release(engine, ctr->id, volumes, err) < 0 ||
        forget_execs(engine, ctr, err) < 0)
        return -1;
    if (row_change(engine, ctr, "destroy", NULL, err, "DELETE FROM containers WHERE id = ?1", "s", ctr->id) < 0)
        return -1;
    container_lock_remove(engine, ctr->id);
    return 0;
}

/* Marks it, so that what a crash leaves of it is removed by repair, and in the same way. */
static int remove_locked(struct engine *engine, const struct container *ctr, bool volumes, struct error **err)
{
    if (row_change(engine, ctr, NULL, NULL, err,
                   "UPDATE containers SET state = ?1, run = ?2, rev = rev + 1 WHERE id = ?3", "iss",
                   (int64_t)CONTAINER_REMOVING, volumes ? "{\"removeVolumes\":true}" : "{}", ctr->id) < 0)
        return -1;
    autocontainer *marked = row_get(engine, ctr->id, err);
    return marked ? container_finish_remove(engine, marked, err) : -1;
}

/* *ret_ended: it was us who ended it; with --rm it may be gone then. */
static int end_first(struct engine *engine, const char *id, const struct container_remove_options *options, bool *ret_ended, struct error **err)
{
    *ret_ended = false;
    if (!options->force || !options->timeout_s || *options->timeout_s <= 0)
        return 0;
    *ret_ended = container_stop(engine, id, options->timeout_s, NULL, err) == 0;
    if (*ret_ended)
        return 0;
    if ((*err)->kind != ERROR_NOT_MODIFIED)
        return -1;
    error_clear(err);
    return 0;
}

/* Under the lock. False with *err, also for one that somebody else has removed: one of many removals is the one that did it. */
static bool is_there(struct engine *engine, const char *id, struct error **err)
{
    autocontainer *ctr = row_get(engine, id, err);
    if (!ctr && (*err)->kind == ERROR_NOT_FOUND)
        container_lock_remove(engine, id);
    return ctr;
}

/* Nothing is left to do once repair has finished what an interrupted removal began, or the container's own --rm. */
static int forgive_missing(struct error **err)
{
    if ((*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 0;
}

static int remove_found(struct engine *engine, const char *id, const struct container_remove_options *options, struct error **err)
{
    bool ended;
    if (end_first(engine, id, options, &ended, err) < 0)
        return -1;
    autofd lock = container_lock(engine, id, "remove", err);
    if (lock < 0)
        return -1;
    if (!is_there(engine, id, err))
        return ended ? forgive_missing(err) : -1;
    autocontainer *ctr = container_repair(engine, id, err);
    if (!ctr)
        return forgive_missing(err);
    if (required_check_unused(engine, ctr, err) < 0)
        return -1;
    if (ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED) {
        if (!options->force)
            return refuse_live(ctr, err);
        if (container_end_now(engine, ctr, err) < 0)
            return -1;
    } else if (ctr->state == CONTAINER_RESTARTING && !options->force) {
        return refuse_live(ctr, err);
    } else if (ctr->state == CONTAINER_INITIALIZED && container_end_now(engine, ctr, err) < 0) {
        return -1;
    }
    return remove_locked(engine, ctr, options->volumes, err);
}

int container_remove(struct engine *engine, const char *key, const struct container_remove_options *options, struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    if (found && remove_found(engine, found->id, options, err) == 0)
        return 0;
    if (!options->ignore || (*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 0;
}
