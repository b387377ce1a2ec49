#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/process.h"
#include "core/container/still.h"

#define ENDING_MS 1000 /* a runtime that failed may have met the container's end */

static int change_locked(struct engine *engine, const struct container *ctr, enum container_state to, const char *verb, const char *event,
                         struct error **err)
{
    const char *argv[] = { verb, ctr->id, NULL };
    if (runtime_run(engine, ctr->runtime, argv, err) < 0) {
        if (!process_ends(ctr->pid, row_pid_start(ctr), ENDING_MS))
            return -1;
        error_clear(err);
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "Container %s is not running", ctr->id);
    }
    return row_change(engine, ctr, event, NULL, err, "UPDATE containers SET state = ?1, rev = rev + 1 WHERE id = ?2", "is", (int64_t)to, ctr->id);
}

int container_wake(struct engine *engine, const struct container *ctr, struct error **err)
{
    return change_locked(engine, ctr, CONTAINER_RUNNING, "resume", "unpause", err);
}

void container_thaw(struct engine *engine, const struct container *ctr)
{
    autoerror *ignored = NULL; /* it is ending */
    const char *resume[] = { "resume", ctr->id, NULL };
    if (ctr->state == CONTAINER_PAUSED)
        runtime_run(engine, ctr->runtime, resume, &ignored);
}

static int change(struct engine *engine, const char *key, enum container_state from, enum container_state to, const char *verb,
                  const char *event, struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, event, err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, found->id, err);
    if (!ctr)
        return -1;
    if (ctr->state == CONTAINER_PAUSED && to == CONTAINER_PAUSED)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "Container %s is already paused", ctr->id);
    if (ctr->state != from)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "Container %s is not %s", ctr->id,
                               from == CONTAINER_PAUSED ? "paused" : "running");
    return change_locked(engine, ctr, to, verb, event, err);
}

int container_pause(struct engine *engine, const char *key, struct error **err)
{
    return change(engine, key, CONTAINER_RUNNING, CONTAINER_PAUSED, "pause", "pause", err);
}

int container_unpause(struct engine *engine, const char *key, struct error **err)
{
    return change(engine, key, CONTAINER_PAUSED, CONTAINER_RUNNING, "resume", "unpause", err);
}
