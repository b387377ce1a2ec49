#include "core/container/start/start.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/attach/attach.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/health/health.h"
#include "core/container/health/timer.h"
#include "core/container/lock.h"
#include "core/container/networks.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/conmon.h"
#include "core/engine.h"

#define MAX_REQUIRED 16 /* containers that need each other, one behind the other */

/* @began_unix_ns: before the command could do anything, so that logs since then have all of it */
static int record(struct starting *starting, int64_t began_unix_ns, struct error **err)
{
    enum container_health_status health =
        container_has_health_check(starting->ctr->spec) ? CONTAINER_HEALTH_STARTING : CONTAINER_HEALTH_NONE;
    autobuf run = BUF(MAX_RUN_BYTES);
    start_describe_run(starting, &run);
    return row_change(starting->engine, starting->ctr, "start", NULL, err,
                      "UPDATE containers SET state = ?1, started = ?2, pid = ?3, conmon_pid = ?4, run = ?5, error = '', oom = 0,"
                      " stopped_by_user = 0, exit_code = 0, health = ?7, rev = rev + 1 WHERE id = ?6", "iiiissi", (int64_t)CONTAINER_RUNNING,
                      began_unix_ns, (int64_t)starting->created.pid, (int64_t)starting->created.conmon_pid, buf_text(&run), starting->ctr->id,
                      (int64_t)health);
}

static int run_it(struct starting *starting, struct error **err)
{
    const char *start[] = { "start", starting->ctr->id, NULL };
    attach_serve_waiting(starting->engine->attachments, starting->ctr->id, starting->bundle);
    const int64_t began = clock_now();
    if (runtime_run(starting->engine, starting->runtime, start, err) < 0)
        return -1;
    if (record(starting, began, err) < 0)
        return -1;
    container_tell_linkers(starting->engine); /* itself too: others may have come meanwhile */
    return 0;
}

/* What an init has made, as the row tells it. */
static int take_over(struct starting *starting, struct error **err)
{
    const struct container *ctr = starting->ctr;
    starting->rootfs = ctr->mountpoint;
    starting->runtime = ctr->runtime;
    starting->plan.netns_path = ctr->netns_path;
    starting->plan.addresses.items = ctr->addresses.items;
    starting->plan.addresses.count = ctr->addresses.count;
    starting->plan.ports.items = ctr->ports.items;
    starting->plan.ports.count = ctr->ports.count;
    starting->created = (struct conmon_created){ .pid = (pid_t)ctr->pid, .conmon_pid = (pid_t)ctr->conmon_pid };
    return start_intend(starting, err);
}

static int start_locked(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct starting starting;
    start_open(&starting, engine, arena, ctr);
    int rc = ctr->state == CONTAINER_INITIALIZED ? take_over(&starting, err) : start_create(&starting, err);
    if (rc == 0)
        rc = run_it(&starting, err);
    start_close(&starting);
    if (rc < 0)
        start_undo(&starting, *err);
    else
        health_timer_start(engine, ctr);
    return rc;
}

/* *ret_failed: it was tried and did not start. */
static int start_found(struct engine *engine, const char *id, bool *ret_failed, struct error **err)
{
    autofd lock = container_lock(engine, id, "start", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, id, err);
    if (!ctr)
        return -1;
    if (ctr->state == CONTAINER_RUNNING)
        return error_set_about(err, ERROR_NOT_MODIFIED, "container", ctr->id, "container %s is already running", ctr->id);
    if (ctr->state == CONTAINER_PAUSED)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "cannot start a paused container, try unpause instead");
    if (ctr->state != CONTAINER_CREATED && ctr->state != CONTAINER_INITIALIZED && ctr->state != CONTAINER_EXITED &&
        ctr->state != CONTAINER_RESTARTING)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is %s: it cannot be started", ctr->id,
                               container_state_text(ctr->state));
    *ret_failed = start_locked(engine, ctr, err) < 0;
    return *ret_failed ? -1 : 0;
}

/* Docker's clients leave it to the engine to remove a container of --rm that did not start, and wait for that; podman's
 * remove it themselves. */
static void remove_failed(struct engine *engine, const struct container *ctr)
{
    autoerror *err = NULL;
    const struct container_remove_options options = { .volumes = true, .ignore = true };
    if (!ctr->spec->auto_remove || !str_eq(ctr->spec->cap_defaults, "docker"))
        return;
    if (container_remove(engine, ctr->id, &options, &err) < 0)
        log_warn("removing container %s, which did not start: %s", ctr->id, err->message);
}

static int start_at(struct engine *engine, const char *key, unsigned depth, struct error **err);

static int start_required(struct engine *engine, const struct container *ctr, unsigned depth, struct error **err)
{
    if (depth > MAX_REQUIRED && ctr->spec->required.count)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "more than %d containers need each other, one behind the other", MAX_REQUIRED);
    for (size_t i = 0; i < ctr->spec->required.count; i++) {
        if (start_at(engine, ctr->spec->required.items[i], depth + 1, err) == 0)
            continue;
        if ((*err)->kind == ERROR_NOT_MODIFIED) {
            error_clear(err);
            continue;
        }
        (*err)->kind = (*err)->kind == ERROR_NOT_FOUND ? ERROR_CONFLICT : (*err)->kind;
        return error_wrap(err, "starting what container %s depends on", ctr->name);
    }
    return 0;
}

int container_start(struct engine *engine, const char *key, struct error **err)
{
    return start_at(engine, key, 0, err);
}

static int start_at(struct engine *engine, const char *key, unsigned depth, struct error **err)
{
    bool failed = false;
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr || start_required(engine, ctr, depth, err) < 0)
        return -1;
    int rc = start_found(engine, ctr->id, &failed, err);
    if (failed)
        remove_failed(engine, ctr);
    return rc;
}
