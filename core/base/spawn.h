#pragma once
/*
 * Starting programs: posix_spawn only (the server has threads), pidfds to wait on, output captured with limits.
 *
 * The environment is what the caller gives, or spawn_environ(): the engine's own without LISTEN_*, NOTIFY_SOCKET and
 * the like. Signals are unblocked and reset to default in the child; descriptors not listed are closed by exec.
 */
#include <stddef.h>
#include <sys/types.h>

struct buf;
struct error;

struct spawn_fd {
    int from; /* ours; borrowed */
    int to;   /* its number in the child */
};

struct spawn {
    const char *const *argv; /* argv[0] with a slash, or looked up in PATH */
    const char *const *env;  /* NULL: spawn_environ() */
    const char *dir;         /* working directory, or NULL */
    const struct spawn_fd *fds; /* 0, 1 and 2 go to /dev/null unless listed */
    size_t fd_count;
    int new_group; /* 1: own process group */
    int new_session; /* 1: setsid */
};

struct process {
    pid_t pid;
    int pidfd; /* owned; -1 after process_wait() */
};

/* ERROR_UNSUPPORTED when the program is not installed, naming it and the Debian package that has it. */
int spawn_start(const struct spawn *what, struct process *ret_process, struct error **err);
/* Waits and reaps. Returns the exit code, or 128 + signal; -1 with errno. Timeout (-1: none): -2, not reaped. */
int process_wait(struct process *process, int timeout_ms);
void process_kill(struct process *process, int signal); /* then still process_wait() */

/* Runs to the end. stdin is @input (NULL: /dev/null); stdout and stderr are appended (NULL: dropped). Returns the exit
 * code, or -1 with *err when it could not be started or passed @timeout_ms (it is killed then, ERROR_TIMEOUT). */
int spawn_run(const struct spawn *what, const char *input, struct buf *out, struct buf *errout, int timeout_ms,
              struct error **err);

const char *const *spawn_environ(void); /* borrowed, made once */
