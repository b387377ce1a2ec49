#include "core/base/procs.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"

#define COMMAND_LINE_MAX (1u << 20)

static bool is_one_of(const char *const *programs, const char *name)
{
    for (; *programs; programs++)
        if (!strcmp(*programs, name))
            return true;
    return false;
}

/* A zombie has no command line. */
static bool matches(const char *pid, const char *const *programs, const char *word)
{
    char path[64];
    size_t len = 0;
    autoerror *gone = NULL;
    snprintf(path, sizeof path, "/proc/%.20s/cmdline", pid);
    autofree char *line = path_read(path, COMMAND_LINE_MAX, &len, &gone);
    if (!line || !len || !is_one_of(programs, path_base(line)))
        return false;
    for (const char *at = line; at < line + len; at += strlen(at) + 1)
        if (!strcmp(at, word))
            return true;
    return false;
}

/* A pidfd of the next process that matches, -1 at the end. */
static int next_match(DIR *proc, const char *const *programs, const char *word)
{
    for (struct dirent *entry; (entry = readdir(proc));) {
        if (!isdigit((unsigned char)*entry->d_name) || !matches(entry->d_name, programs, word))
            continue;
        autofd process = pidfd_open((pid_t)atoi(entry->d_name), 0);
        if (process >= 0 && matches(entry->d_name, programs, word)) /* still: the number may be another's by now */
            return fd_take(&process);
    }
    return -1;
}

int procs_count(const char *const *programs, const char *word)
{
    int count = 0;
    DIR *proc = opendir("/proc");
    for (int process; proc && (process = next_match(proc, programs, word)) >= 0; count++)
        fd_close(process);
    if (proc)
        closedir(proc);
    return count;
}

/* Returns how many there were, or -1 when the time is over. */
static int end_those_there(const char *const *programs, const char *word, int signal, int64_t deadline)
{
    int count = 0;
    DIR *proc = opendir("/proc");
    for (int next; proc && count >= 0 && (next = next_match(proc, programs, word)) >= 0;) {
        autofd process = next;
        int64_t left = (deadline - clock_monotonic()) / 1000000;
        if (signal)
            pidfd_send_signal(process, signal, NULL, 0);
        count = left > 0 && fd_poll(process, POLLIN, (int)left) > 0 ? count + 1 : -1;
    }
    if (proc)
        closedir(proc);
    return count;
}

int procs_end(const char *const *programs, const char *word, int signal, int timeout_ms)
{
    int64_t deadline = clock_monotonic() + timeout_ms * 1000000LL;
    int count;
    while ((count = end_those_there(programs, word, signal, deadline)) > 0)
        ;
    return count;
}
