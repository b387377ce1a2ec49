#include "core/container/runtime/process.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"

#define STAT_MAX 4096
#define STATE_FIELD 3
#define START_FIELD 22
#define JOB_FORMAT PROCESS_JOB_PREFIX "%lld-%lld-%lld" /* process, when it started, which of its jobs */

int64_t process_start_time(int64_t pid)
{
    char path[64];
    autoerror *gone = NULL;
    if (pid <= 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    autofree char *text = path_read(path, STAT_MAX, NULL, &gone);
    char *at = text ? strrchr(text, ')') : NULL; /* the name before it may hold anything */
    if (!at || at[1] != ' ' || at[2] == 'Z')
        return 0;
    at++;
    for (int field = STATE_FIELD; at && field < START_FIELD; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoll(at, NULL, 10) : 0;
}

bool process_is(int64_t pid, int64_t start)
{
    int64_t now = process_start_time(pid);
    return now && (!start || now == start);
}

int process_open(int64_t pid, int64_t start)
{
    if (pid <= 0)
        return -1;
    autofd fd = pidfd_open((pid_t)pid, 0);
    return fd >= 0 && process_is(pid, start) ? fd_take(&fd) : -1;
}

bool process_ends(int64_t pid, int64_t start, int wait_ms)
{
    autofd process = process_open(pid, start);
    return process < 0 || fd_poll(process, POLLIN, wait_ms) > 0;
}

const char *process_job_name(struct arena *arena)
{
    static atomic_llong last;
    int64_t pid = getpid();
    return arena_printf(arena, JOB_FORMAT, (long long)pid, (long long)process_start_time(pid), (long long)++last);
}

bool process_job_lives(const char *name)
{
    long long pid = 0, start = 0, number = 0;
    return sscanf(name, JOB_FORMAT, &pid, &start, &number) == 3 && process_is(pid, start);
}
