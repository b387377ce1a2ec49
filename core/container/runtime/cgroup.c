#include "core/container/runtime/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

#define ROOT "/sys/fs/cgroup"
#define PROCS_MAX (1u << 20)
#define EMPTY_MS 5000 /* from SIGKILL to the end of the last process */
#define LOOK_AGAIN_MS 5

const char *container_cgroup(struct arena *arena, const struct container *ctr)
{
    const char *parent = ctr->spec->cgroup_parent;
    if (str_empty(parent))
        return arena_printf(arena, "/coracle/%s", ctr->id);
    return arena_printf(arena, "%s%s/coracle-%s", *parent == '/' ? "" : "/", parent, ctr->id);
}

/* What the freezer of version 1 holds does not even die. */
static void thaw(const char *dir)
{
    autoerror *err = NULL;
    autofree char *path = mem_printf("%s/freezer.state", dir);
    if (path_exists(path) && path_write_inplace(path, "THAWED", 6, 0600, &err) < 0)
        log_debug("%s", err->message);
}

static void kill_processes(const char *dir)
{
    autoerror *gone = NULL;
    autofree char *path = mem_printf("%s/cgroup.procs", dir);
    autofree char *text = path_read(path, PROCS_MAX, NULL, &gone);
    for (char *at = text, *end; at && *at; at = end + (*end == '\n')) {
        long pid = strtol(at, &end, 10);
        if (end == at || pid <= 0)
            return;
        autofd process = pidfd_open((pid_t)pid, 0);
        if (process >= 0)
            pidfd_send_signal(process, SIGKILL, NULL, 0);
    }
}

/* True when it is gone. Those below it first; files of a cgroup cannot be removed, and need not be. */
static bool remove_once(const char *dir)
{
    DIR *stream = opendir(dir);
    if (!stream)
        return errno == ENOENT;
    for (struct dirent *entry; (entry = readdir(stream));) {
        if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        autofree char *below = mem_printf("%s/%s", dir, entry->d_name);
        remove_once(below);
    }
    closedir(stream);
    kill_processes(dir);
    thaw(dir);
    return rmdir(dir) == 0 || errno == ENOENT;
}

static void remove_in(const char *hierarchy, const char *cgroup)
{
    autofree char *dir = mem_printf(ROOT "%s%s%s", *hierarchy ? "/" : "", hierarchy, cgroup);
    int64_t deadline = clock_monotonic() + EMPTY_MS * 1000000LL;
    if (!path_exists(dir))
        return;
    while (!remove_once(dir)) { /* no event tells that a cgroup of version 1 is empty */
        if (clock_monotonic() > deadline) {
            log_warn("cgroup %s cannot be removed: %s", dir, strerrordesc_np(errno));
            return;
        }
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

void container_cgroup_remove(const struct container *ctr)
{
    autoarena *arena = arena_new();
    const char *cgroup = container_cgroup(arena, ctr);
    if (path_exists(ROOT "/cgroup.controllers")) {
        remove_in("", cgroup);
        return;
    }
    DIR *stream = opendir(ROOT);
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (*entry->d_name != '.' && entry->d_type == DT_DIR)
            remove_in(entry->d_name, cgroup);
    if (stream)
        closedir(stream);
}
