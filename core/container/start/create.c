#include "core/container/start/start.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/container/attach/attach.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/files/confined.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/store/store.h"

void start_open(struct starting *ret_starting, struct engine *engine, struct arena *arena, const struct container *ctr)
{
    *ret_starting = (struct starting){
        .engine = engine,
        .arena = arena,
        .ctr = ctr,
        .bundle = store_container_dir(engine->store, arena, ctr->id),
        .run_dir = store_container_run_dir(engine->store, arena, ctr->id),
        .userns = USERNS_NONE,
    };
}

void start_close(struct starting *starting)
{
    network_plan_close(&starting->plan);
    userns_close(&starting->userns);
    confined_unstage(starting->run_dir);
}

int start_intend(struct starting *starting, struct error **err)
{
    return row_change(starting->engine, starting->ctr, NULL, NULL, err, "UPDATE containers SET state = ?1, rev = rev + 1 WHERE id = ?2", "is",
                      (int64_t)CONTAINER_STARTING, starting->ctr->id);
}

static int create_both(struct starting *starting, struct error **err)
{
    struct network_job job = { .starting = starting };
    start_begin_network(&job);
    start_create_process(starting, err);
    return start_end_network(&job, err) < 0 || *err ? -1 : 0;
}

int start_create(struct starting *starting, struct error **err)
{
    if (start_intend(starting, err) < 0 || path_mkdirs(starting->run_dir, 0700, err) < 0 || start_prepare(starting, err) < 0)
        return -1;
    return create_both(starting, err);
}

void start_describe_run(const struct starting *starting, struct buf *ret_text)
{
    struct container_run run = {
        .pid_start = process_start_time(starting->created.pid),
        .netns_path = starting->plan.netns_path,
        .mountpoint = starting->rootfs,
        .runtime = starting->runtime,
    };
    run.addresses.items = starting->plan.addresses.items;
    run.addresses.count = starting->plan.addresses.count;
    run.ports.items = starting->plan.ports.items;
    run.ports.count = starting->plan.ports.count;
    schema_encode(ret_text, container_run_schema(), &run, SCHEMA_NEWEST);
}

/* What it says when it neither runs nor is about to. */
static enum container_state state_before(const struct container *ctr)
{
    if (ctr->state == CONTAINER_INITIALIZED)
        return ctr->started_unix_ns ? CONTAINER_EXITED : CONTAINER_CREATED;
    return ctr->state == CONTAINER_RESTARTING ? CONTAINER_EXITED : ctr->state;
}

void start_undo(struct starting *starting, const struct error *why)
{
    autoerror *err = NULL;
    int64_t code = why->kind == ERROR_NOT_FOUND ? 127 : why->kind == ERROR_INVALID ? 126 : 128;
    struct container partial = *starting->ctr;
    partial.runtime = str_or(starting->runtime, "");
    partial.netns_path = str_or(starting->plan.netns_path, "");
    partial.addresses.items = starting->plan.addresses.items;
    partial.addresses.count = starting->plan.addresses.count;
    container_take_down(starting->engine, &partial);
    attach_start_failed(starting->engine->attachments, starting->ctr->id);
    if (row_change(starting->engine, starting->ctr, NULL, NULL, &err,
                   "UPDATE containers SET state = ?1, exit_code = ?2, error = ?3, pid = 0, conmon_pid = 0, run = '{}', rev = rev + 1"
                   " WHERE id = ?4", "iiss", (int64_t)state_before(starting->ctr), code, why->message,
                   starting->ctr->id) < 0)
        log_error("undoing the start of container %s: %s", starting->ctr->id, err->message);
    error_clear(&err);
    if (network_finish(starting->engine, starting->ctr->id, true, &err) < 0) /* an exit handler may have looked while it was starting */
        log_warn("taking down the network of container %s: %s", starting->ctr->id, err->message);
}
