#pragma once
/*
 * Driving conmon: creating containers and exec sessions, and speaking to those that live. Private to core/container.
 *
 * Source of truth: process-stack.md §2, §3, §5-§7 (conmon 2.1.6 and 2.1.12).
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct engine;
struct error;

struct conmon_create {
    const char *id, *name;
    const char *runtime;     /* path of crun or runc */
    const char *bundle;      /* has config.json; conmon's cwd */
    const char *run_dir;     /* pidfile, conmon.pid, oci-log */
    const char *exit_dir, *persist_dir;
    const char *log_path;    /* NULL: none */
    long long log_size_max;  /* 0: unlimited */
    bool tty, stdin_open;
    bool stdin_stays; /* with stdin_open: it outlives the clients (Docker's OpenStdin without StdinOnce); else the first
                         one to end its input or to leave closes it */
    long long timeout_s;     /* 0: none */
    const char *const *exit_command; /* NULL-terminated argv */
    const int *extra_fds;    /* bound sockets of published ports: conmon holds them; borrowed */
    size_t extra_fd_count;
    const char *cgroup_parent; /* cgroup conmon itself is moved to when possible; NULL: stays */
};
struct conmon_created {
    pid_t pid;        /* the container's init */
    pid_t conmon_pid;
};
/* Returns when the runtime created the container. Errors carry the runtime's own words: ERROR_NOT_FOUND for a missing
 * command, ERROR_INVALID for one that cannot run, ERROR_INTERNAL else. `*ret_refused` is set when it was the runtime
 * refusing the machine (cgroup layout), so that another runtime is worth a try. */
int conmon_create(struct engine *engine, const struct conmon_create *what, struct conmon_created *ret_created,
                  bool *ret_refused, struct error **err);

/* Connects to BUNDLE/attach (SOCK_SEQPACKET). Owned descriptor. ERROR_CONFLICT when nobody listens. */
int conmon_connect(const char *bundle, struct error **err);
/* ERROR_INVALID for a size no terminal has. */
int conmon_check_size(long long rows, long long columns, struct error **err);
/* Resizes through BUNDLE/ctl; never blocks on a dead conmon (ERROR_CONFLICT). */
int conmon_resize(const char *bundle, long long rows, long long columns, struct error **err);

/* Runs the OCI runtime, capturing its words. @argv: what follows the program, NULL at the end ("start", ID).
 * ERROR_NOT_FOUND when it does not know the container. */
int runtime_run(struct engine *engine, const char *runtime, const char *const *argv, struct error **err);
