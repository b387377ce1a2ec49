#include "core/container/still.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/files/root.h"
#include "core/container/lock.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"

/* The note comes first and goes last: between them anybody who finds us dead may wake it. */
static int note(struct container_still *still, struct arena *arena, struct error **err)
{
    const char *ignored;
    autofd lock = container_lock(still->engine, still->ctr->id, "commit", err);
    return lock < 0 ? -1 : container_root_hold(still->engine, arena, still->ctr, still->user, &ignored, err);
}

static int forget(struct container_still *still, struct error **err)
{
    autofd lock = container_lock(still->engine, still->ctr->id, "commit", err);
    autocontainer *now = lock < 0 ? NULL : row_get(still->engine, still->ctr->id, err);
    return now ? container_root_let_go(still->engine, now, still->user, err) : -1;
}

static void end(struct container_still *still)
{
    autoerror *err = NULL;
    if (forget(still, &err) < 0 && err->kind != ERROR_NOT_FOUND)
        log_warn("container %s: %s", still->ctr->id, err->message);
}

int container_still_begin(struct engine *engine, struct arena *arena, const struct container *ctr, bool wanted,
                          struct container_still *ret_still, struct error **err)
{
    *ret_still = (struct container_still){ .engine = engine, .ctr = ctr };
    if (!wanted || ctr->state != CONTAINER_RUNNING)
        return 0;
    ret_still->user = arena_printf(arena, "%s" CONTAINER_STILL_MARK, process_job_name(arena));
    if (note(ret_still, arena, err) < 0)
        return -1;
    if (container_pause(engine, ctr->id, err) == 0)
        return 0;
    bool ended = (*err)->kind == ERROR_CONFLICT; /* by itself, or paused by another */
    end(ret_still);
    ret_still->user = NULL;
    if (ended)
        error_clear(err);
    return ended ? 0 : -1;
}

void container_still_end(struct container_still *still)
{
    autoerror *err = NULL;
    if (!still->user)
        return;
    if (container_unpause(still->engine, still->ctr->id, &err) < 0 && err->kind != ERROR_CONFLICT && err->kind != ERROR_NOT_FOUND)
        log_warn("container %s stands still: %s", still->ctr->id, err->message);
    end(still);
}
