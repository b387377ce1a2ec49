#include "core/system/diagnose.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/activity.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/state/state.h"

#define MAX_CALLS 256
#define MAX_LOCKS 512
#define MAX_TASKS 512
#define MAX_TEXT 4096

static const char *read_text(struct arena *arena, const char *path)
{
    autofd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char text[MAX_TEXT];
    ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    for (ssize_t i = 0; i < len; i++) /* a command line's words */
        text[i] = text[i] ? text[i] : ' ';
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
        len--;
    return arena_strndup(arena, text, len > 0 ? (size_t)len : 0);
}

/* "PID PURPOSE TIME", which stays behind when the lock is free again. */
static void read_owner(struct arena *arena, struct diagnosed_lock *lock)
{
    struct str_list words = str_split(arena, read_text(arena, lock->path), ' ');
    if (words.count != 3 || str_to_int(words.items[0]) <= 0)
        return;
    lock->pid = str_to_int(words.items[0]);
    lock->purpose = words.items[1];
    lock->since = words.items[2];
}

static void add_lock(struct arena *arena, struct diagnosis *diagnosis, const char *path, bool noted)
{
    struct diagnosed_lock lock = { .path = path, .purpose = "", .since = "" };
    struct flock asked = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    autofd fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0 || diagnosis->lock_count == MAX_LOCKS || fcntl(fd, F_OFD_GETLK, &asked) < 0)
        return;
    lock.held = asked.l_type != F_UNLCK;
    lock.shared = asked.l_type == F_RDLCK;
    if (lock.held && asked.l_pid > 0)
        lock.pid = asked.l_pid;
    if (noted)
        read_owner(arena, &lock);
    diagnosis->locks[diagnosis->lock_count++] = lock;
}

static void add_locks(struct engine *engine, struct arena *arena, struct diagnosis *diagnosis)
{
    static const char *const store[] = { "overlay-layers/layers.lock", "overlay-images/images.lock", "overlay-containers/containers.lock" };
    static const char *const folders[] = { "locks", "volume-locks" };
    struct str_list networks = { 0 };
    diagnosis->locks = arena_array(arena, MAX_LOCKS, sizeof *diagnosis->locks);
    for (size_t i = 0; i < sizeof store / sizeof *store; i++)
        add_lock(arena, diagnosis, arena_printf(arena, "%s/%s", engine->root, store[i]), false);
    add_lock(arena, diagnosis, arena_printf(arena, "%s/overlay-layers/mountpoints.lock", engine->runroot), false);
    network_locks(engine, arena, &networks);
    for (size_t i = 0; i < networks.count; i++)
        add_lock(arena, diagnosis, networks.items[i], false);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *folder = arena_printf(arena, "%s/%s", engine->run_dir, folders[i]);
        DIR *dir = opendir(folder);
        for (struct dirent *entry; dir && (entry = readdir(dir));)
            if (*entry->d_name != '.')
                add_lock(arena, diagnosis, arena_printf(arena, "%s/%s", folder, entry->d_name), true);
        if (dir)
            closedir(dir);
    }
}

/* Of /proc/ID/stat: the state, and when it started in ticks since the boot. */
static void read_stat(struct arena *arena, const char *dir, struct diagnosed_task *task)
{
    const char *text = read_text(arena, arena_printf(arena, "%s/stat", dir)), *end = strrchr(text, ')');
    struct timespec up;
    if (!end || strlen(end) < 3)
        return;
    task->state = arena_strndup(arena, end + 2, 1);
    struct str_list words = str_split(arena, end + 2, ' ');
    clock_gettime(CLOCK_BOOTTIME, &up);
    if (words.count > 19)
        task->age_ms = up.tv_sec * 1000 + up.tv_nsec / 1000000 - strtoll(words.items[19], NULL, 10) * 1000 / sysconf(_SC_CLK_TCK);
}

static struct diagnosed_task read_task(struct arena *arena, const char *dir, int64_t id)
{
    struct diagnosed_task task = { .id = id, .state = "", .command = "" };
    task.name = read_text(arena, arena_printf(arena, "%s/comm", dir));
    task.waits_in = read_text(arena, arena_printf(arena, "%s/wchan", dir));
    if (!strcmp(task.waits_in, "0"))
        task.waits_in = "";
    read_stat(arena, dir, &task);
    return task;
}

static void add_children(struct arena *arena, struct diagnosis *diagnosis, const char *task_dir)
{
    struct str_list pids = str_split(arena, read_text(arena, arena_printf(arena, "%s/children", task_dir)), ' ');
    for (size_t i = 0; i < pids.count && diagnosis->child_count < MAX_TASKS; i++) {
        if (!*pids.items[i])
            continue;
        const char *dir = arena_printf(arena, "/proc/%s", pids.items[i]);
        struct diagnosed_task *child = &diagnosis->children[diagnosis->child_count++];
        *child = read_task(arena, dir, strtoll(pids.items[i], NULL, 10));
        child->command = read_text(arena, arena_printf(arena, "%s/cmdline", dir));
    }
}

static void add_threads(struct arena *arena, struct diagnosis *diagnosis)
{
    diagnosis->threads = arena_array(arena, MAX_TASKS, sizeof *diagnosis->threads);
    diagnosis->children = arena_array(arena, MAX_TASKS, sizeof *diagnosis->children);
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; tasks && diagnosis->thread_count < MAX_TASKS && (entry = readdir(tasks));) {
        if (*entry->d_name == '.')
            continue;
        const char *dir = arena_printf(arena, "/proc/self/task/%s", entry->d_name);
        diagnosis->threads[diagnosis->thread_count++] = read_task(arena, dir, strtoll(entry->d_name, NULL, 10));
        add_children(arena, diagnosis, dir);
    }
    if (tasks)
        closedir(tasks);
}

void system_diagnose(struct engine *engine, struct arena *arena, struct diagnosis *ret_diagnosis)
{
    struct diagnosis diagnosis = { .database_busy = state_is_busy(engine->state) };
    diagnosis.calls = arena_array(arena, MAX_CALLS, sizeof *diagnosis.calls);
    diagnosis.call_count = activity_look(engine->activity, diagnosis.calls, MAX_CALLS);
    add_locks(engine, arena, &diagnosis);
    add_threads(arena, &diagnosis);
    *ret_diagnosis = diagnosis;
}
