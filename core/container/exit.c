#include "core/container/exit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/confined.h"
#include "core/container/files/root.h"
#include "core/container/lock.h"
#include "core/container/networks.h"
#include "core/container/row.h"
#include "core/container/runtime/cgroup.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/process.h"
#include "core/container/secrets.h"
#include "core/container/still.h"
#include "core/container/userns.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/state/bell.h"
#include "core/store/store.h"

#define EXIT_FILE_MAX 32
#define EXIT_FILE_WAIT_MS 2000 /* conmon writes it once the output is drained and the log synced */
#define LOOK_AGAIN_MS 1000     /* how often a wait looks whether conmon still lives */

static char *exit_file(struct engine *engine, const char *id)
{
    return mem_printf("%s/exits/%s", engine->run_dir, id);
}

static bool read_exit(struct engine *engine, const char *id, int64_t *ret_code)
{
    autofree char *path = exit_file(engine, id);
    autoerror *none = NULL;
    autofree char *text = path_read(path, EXIT_FILE_MAX, NULL, &none);
    if (!text)
        return false;
    *ret_code = strtoll(text, NULL, 10);
    return true;
}

static bool was_oom(struct engine *engine, const char *id)
{
    autofree char *path = mem_printf("%s/persist/%s/oom", engine->run_dir, id);
    return path_exists(path);
}

static void unmount(const char *path)
{
    if (path_exists(path))
        umount2(path, MNT_DETACH);
}

static void forget_files(struct engine *engine, const char *id)
{
    autoerror *ignored = NULL;
    autofree char *exit_path = exit_file(engine, id);
    autofree char *persist = mem_printf("%s/persist/%s", engine->run_dir, id);
    unlink(exit_path);
    path_remove_tree(persist, &ignored);
}

static void report(const char *what, const char *id, struct error **err)
{
    if (*err)
        log_warn("%s of container %s: %s", what, id, (*err)->message);
    error_clear(err);
}

void container_take_down(struct engine *engine, const struct container *ctr)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    const char *delete[] = { "delete", "--force", ctr->id, NULL };
    if (!str_empty(ctr->runtime) && runtime_run(engine, ctr->runtime, delete, &err) < 0 && err->kind != ERROR_NOT_FOUND)
        report("removing the runtime's state", ctr->id, &err);
    error_clear(&err);
    if (network_leave(engine, ctr, &err) < 0)
        report("leaving the networks", ctr->id, &err);
    unmount(arena_printf(arena, "%s/shm", store_container_dir(engine->store, arena, ctr->id)));
    confined_unstage(store_container_run_dir(engine->store, arena, ctr->id));
    if (container_release_mounts(engine, arena, ctr, &err) < 0)
        report("unmounting the volumes", ctr->id, &err);
    if (ctr->spec->uid_maps.count)
        userns_release(engine, arena, ctr->id);
    if (container_root_unmount(engine, ctr->id, &err) < 0)
        report("unmounting the root", ctr->id, &err);
    container_cgroup_remove(ctr);
    container_forget_private(engine, ctr->id, NULL);
    forget_files(engine, ctr->id);
}

int container_finish_take_down(struct engine *engine, const struct container *ctr, struct error **err)
{
    container_take_down(engine, ctr);
    return row_change(engine, ctr, NULL, NULL, err, "UPDATE containers SET run = '{}', rev = rev + 1 WHERE id = ?1",
                      "s", ctr->id);
}

static enum container_state next_state(const struct container *ctr, int64_t exit_code)
{
    if (ctr->spec->auto_remove && !row_stopped_to_restart(ctr))
        return CONTAINER_REMOVING;
    if (ctr->state == CONTAINER_INITIALIZED) /* nobody started it yet: no policy does */
        return CONTAINER_EXITED;
    return container_wants_restart(ctr, exit_code) ? CONTAINER_RESTARTING : CONTAINER_EXITED;
}

static int record_end(struct engine *engine, const struct container *ctr, int64_t code, enum container_state next,
                      struct error **err)
{
    autoarena *arena = arena_new();
    struct str_map attributes = { 0 };
    int64_t now = clock_now(), began = ctr->state == CONTAINER_INITIALIZED ? now : ctr->started_unix_ns;
    str_map_set(arena, &attributes, "exitCode", arena_printf(arena, "%lld", (long long)code));
    str_map_set(arena, &attributes, "execDuration", arena_printf(arena, "%lld", (long long)((now - began) / CLOCK_SECOND)));
    return row_change(
        engine, ctr, "die", &attributes, err,
        "UPDATE containers SET state = ?1, exit_code = ?2, finished = ?3, oom = ?4, restart_count = restart_count + ?5,"
        " pid = 0, conmon_pid = 0, rev = rev + 1 WHERE id = ?6",
        "iiiiis", (int64_t)next, code, now, (int64_t)was_oom(engine, ctr->id), (int64_t)(next == CONTAINER_RESTARTING),
        ctr->id);
}

int container_finish_run(struct engine *engine, const struct container *ctr, int64_t fallback_code, bool last,
                         struct error **err)
{
    int64_t code = fallback_code;
    read_exit(engine, ctr->id, &code);
    enum container_state next = last ? CONTAINER_EXITED : next_state(ctr, code);
    if (record_end(engine, ctr, code, next, err) < 0)
        return -1;
    container_tell_linkers(engine);
    if (next != CONTAINER_REMOVING)
        return container_finish_take_down(engine, ctr, err);
    container_take_down(engine, ctr);
    return container_finish_remove(engine, ctr, err);
}

/* The exit file, once the process is gone: conmon may still be writing output away. */
static void await_exit_file(struct engine *engine, const char *id)
{
    autofree char *dir = mem_printf("%s/exits", engine->run_dir);
    autofree char *path = exit_file(engine, id);
    autofd watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0 || inotify_add_watch(watch, dir, IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
        return;
    int64_t deadline = clock_monotonic() + EXIT_FILE_WAIT_MS * 1000000LL;
    while (!path_exists(path)) {
        int64_t left = (deadline - clock_monotonic()) / 1000000;
        char events[1024];
        if (left <= 0 || fd_poll(watch, POLLIN, (int)left) <= 0 || read(watch, events, sizeof events) < 0)
            return;
    }
}

/* Whether the process of conmon's pid file has the container on its command line. */
static bool has_conmon(struct engine *engine, const char *id)
{
    autoarena *arena = arena_new();
    autoerror *none = NULL;
    const char *dir = store_container_run_dir(engine->store, arena, id);
    autofree char *text = path_read(arena_printf(arena, "%s/conmon.pid", dir), 32, NULL, &none);
    int64_t pid = text ? strtoll(text, NULL, 10) : 0;
    size_t len = 0;
    error_clear(&none);
    autofree char *line =
        pid > 0 ? path_read(arena_printf(arena, "/proc/%lld/cmdline", (long long)pid), 65536, &len, &none) : NULL;
    return line && memmem(line, len, id, strlen(id));
}

static int kill_and_finish(struct engine *engine, const struct container *ctr, struct error **err)
{
    autofd process = process_open(ctr->pid, row_pid_start(ctr));
    if (process >= 0) {
        pidfd_send_signal(process, SIGKILL, NULL, 0);
        container_thaw(engine, ctr);
        if (fd_poll(process, POLLIN, 10000) <= 0)
            return error_set(err, ERROR_TIMEOUT, 0, "container %s did not die within 10 s of SIGKILL", ctr->id);
        await_exit_file(engine, ctr->id);
    }
    return container_finish_run(engine, ctr, 128 + SIGKILL, true, err);
}

int container_end_now(struct engine *engine, const struct container *ctr, struct error **err)
{
    bool has_exit_command = has_conmon(engine, ctr->id);
    if (kill_and_finish(engine, ctr, err) < 0)
        return -1;
    return has_exit_command ? 0 : network_finish(engine, ctr->id, true, err);
}

/* One that was initialized may be started meanwhile: it is the same process. */
static bool is_another_run(const struct container *ctr, const struct container *now)
{
    return ctr->state == CONTAINER_INITIALIZED ? now->pid != ctr->pid : now->started_unix_ns != ctr->started_unix_ns;
}

static bool has_ended(struct engine *engine, const struct container *ctr, struct error **err)
{
    autocontainer *now = row_get(engine, ctr->id, err);
    if (!now) {
        if ((*err)->kind == ERROR_NOT_FOUND)
            error_clear(err);
        return true; /* or *err */
    }
    return !container_has_process(now) || is_another_run(ctr, now);
}

bool container_is_orphan(struct engine *engine, const struct container *ctr)
{
    return container_has_process(ctr) && !process_is(ctr->pid, row_pid_start(ctr)) && !has_conmon(engine, ctr->id);
}

/* Without conmon nobody calls the exit handler: then it is us. */
static int finish_orphan(struct engine *engine, const struct container *ctr, struct error **err)
{
    return container_is_orphan(engine, ctr) ? container_exited(engine, ctr->id, err) : 0;
}

static int await(struct engine *engine, const struct container *ctr, int bell, int timeout_ms, struct error **err)
{
    int64_t deadline = clock_monotonic() + timeout_ms * 1000000LL;
    for (;;) {
        if (has_ended(engine, ctr, err))
            return *err ? -1 : 1;
        int64_t left = timeout_ms < 0 ? LOOK_AGAIN_MS : (deadline - clock_monotonic()) / 1000000;
        if (left <= 0)
            return 0;
        if (fd_poll(bell, POLLIN, left < LOOK_AGAIN_MS ? (int)left : LOOK_AGAIN_MS) > 0) {
            eventfd_t rings;
            eventfd_read(bell, &rings);
        } else if (finish_orphan(engine, ctr, err) < 0) {
            return -1;
        }
    }
}

int container_await_exit(struct engine *engine, const struct container *ctr, int timeout_ms, struct error **err)
{
    int bell = bell_listen(engine->bell, err);
    if (bell < 0)
        return -1;
    int rc = await(engine, ctr, bell, timeout_ms, err);
    bell_unlisten(engine->bell, bell);
    return rc;
}
