#include "core/container/files/view.h"

#include <fcntl.h>
#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/files/root.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/container/userns.h"
#include "core/engine.h"
#include "core/volume/job.h"

#define ENDING_MS 10000

/* The root of its first process, and the namespace that root is in. False when it ended meanwhile. */
static bool open_running(struct arena *arena, struct container_view *view)
{
    char path[64];
    const struct container *ctr = view->ctr;
    if (!container_has_process(ctr))
        return false;
    snprintf(path, sizeof path, "/proc/%lld/ns/mnt", (long long)ctr->pid);
    autofd namespace = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%lld/root", (long long)ctr->pid);
    autofd root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* Held, because its end unmounts it. */
    autofd rootfs = open(ctr->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* Looked at afterwards: until then the number could have become somebody else's. */
    if (namespace < 0 || root < 0 || rootfs < 0 || !process_is(ctr->pid, row_pid_start(ctr)))
        return false;
    view->namespace = fd_take(&namespace);
    view->root = fd_take(&root);
    view->held = fd_take(&rootfs);
    view->rootfs = arena_printf(arena, "/proc/self/fd/%d", view->held);
    return true;
}

static int open_locked(struct arena *arena, struct container_view *view, struct error **err)
{
    autofd lock = container_lock(view->engine, view->ctr->id, "files", err);
    if (lock < 0)
        return -1;
    struct container *now = container_repair(view->engine, view->ctr->id, err);
    if (!now)
        return -1;
    container_unref(view->ctr);
    view->ctr = now;
    if (open_running(arena, view))
        return 0;
    if (container_has_process(now))
        return error_set_about(err, ERROR_CONFLICT, "container", now->id, "container %s is ending", now->id);
    view->user = process_job_name(arena);
    return container_view_assemble(arena, view, err);
}

int container_view_open(struct engine *engine, struct arena *arena, const struct container *ctr, struct container_view *ret_view,
                        struct error **err)
{
    *ret_view = (struct container_view){ .engine = engine, .ctr = container_ref((struct container *)ctr), .root = -1, .namespace = -1, .held = -1 };
    if (open_running(arena, ret_view))
        return 0;
    /* One that just ended is as good as stopped once that is recorded. */
    if (container_has_process(ctr) && container_await_exit(engine, ctr, ENDING_MS, err) < 0)
        return -1;
    return open_locked(arena, ret_view, err);
}

container_view_owner *container_view_mapping(const struct container_view *view)
{
    return !view->user && view->ctr->spec->uid_maps.count ? userns_show_owner : NULL;
}

/* It may have started since, or be gone: then there is nothing to unmount. */
static int let_go(struct container_view *view, struct error **err)
{
    autofd lock = container_lock(view->engine, view->ctr->id, "files", err);
    if (lock < 0)
        return -1;
    autoerror *gone = NULL;
    autocontainer *now = row_get(view->engine, view->ctr->id, &gone);
    if (now)
        return container_root_let_go(view->engine, now, view->user, err);
    container_lock_remove(view->engine, view->ctr->id);
    return 0;
}

void container_view_close(struct container_view *view)
{
    autoerror *err = NULL;
    if (!view->ctr)
        return;
    fd_close(view->root);
    fd_close(view->namespace);
    fd_close(view->held);
    for (size_t i = 0; i < view->job_count; i++)
        volume_job_end(&view->jobs[i]);
    if (view->user && let_go(view, &err) < 0)
        log_warn("unmounting the root of container %s: %s", view->ctr->id, err->message);
    container_unref(view->ctr);
    view->ctr = NULL;
}
