#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/lock.h"
#include "core/container/networks.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/start/start.h"

/* From here on conmon and the row outlive us: whoever starts it finds all of it there. */
static int record(struct starting *starting, struct error **err)
{
    autobuf run = BUF(MAX_RUN_BYTES);
    start_describe_run(starting, &run);
    return row_change(starting->engine, starting->ctr, "init", NULL, err,
                      "UPDATE containers SET state = ?1, pid = ?2, conmon_pid = ?3, run = ?4, error = '', oom = 0, stopped_by_user = 0,"
                      " exit_code = 0, health = 0, rev = rev + 1 WHERE id = ?5", "iiiss", (int64_t)CONTAINER_INITIALIZED,
                      (int64_t)starting->created.pid, (int64_t)starting->created.conmon_pid, buf_text(&run), starting->ctr->id);
}

static int init_locked(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct starting starting;
    start_open(&starting, engine, arena, ctr);
    int rc = start_create(&starting, err);
    if (rc == 0)
        rc = record(&starting, err);
    start_close(&starting);
    if (rc < 0)
        start_undo(&starting, *err);
    else
        container_tell_linkers(engine);
    return rc;
}

/* podman's clients know by its last words that there was nothing left to do. */
static int check_state(const struct container *ctr, struct error **err)
{
    switch (ctr->state) {
    case CONTAINER_CREATED:
    case CONTAINER_EXITED: return 0;
    case CONTAINER_INITIALIZED:
        return error_set_about(err, ERROR_NOT_MODIFIED, "container", ctr->id, "container %s is already initialized", ctr->id);
    default:
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "container %s is %s: it cannot be initialized: container state improper", ctr->id,
                               container_state_text(ctr->state));
    }
}

static int check_required(struct engine *engine, const struct container *ctr, struct error **err)
{
    for (size_t i = 0; i < ctr->spec->required.count; i++) {
        autocontainer *other = container_find(engine, ctr->spec->required.items[i], err);
        if (!other) {
            (*err)->kind = (*err)->kind == ERROR_NOT_FOUND ? ERROR_CONFLICT : (*err)->kind;
            return error_wrap(err, "what container %s depends on", ctr->name);
        }
        if (other->state != CONTAINER_RUNNING)
            return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s depends on %s, which is not running: start that one first",
                                   ctr->name, other->name);
    }
    return 0;
}

int container_init(struct engine *engine, const char *key, struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, "init", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, found->id, err);
    if (!ctr || check_state(ctr, err) < 0 || check_required(engine, ctr, err) < 0)
        return -1;
    return init_locked(engine, ctr, err);
}
