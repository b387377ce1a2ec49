#include "core/base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"

extern char **environ;

static const char **child_environ;

static void make_environ(void)
{
    static const char *const dropped[] = { "LISTEN_",        "NOTIFY_SOCKET=",  "WATCHDOG_",
                                           "INVOCATION_ID=", "JOURNAL_STREAM=", "_OCI_" };
    size_t count = 0;
    while (environ[count])
        count++;
    child_environ = mem_zalloc((count + 1) * sizeof *child_environ);
    for (size_t i = 0, out = 0; i < count; i++) {
        size_t j = 0, n = sizeof dropped / sizeof *dropped;
        while (j < n && !str_starts(environ[i], dropped[j]))
            j++;
        if (j == n)
            child_environ[out++] = environ[i];
    }
}

const char *const *spawn_environ(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_environ);
    return child_environ;
}

static const char *package_of(const char *program)
{
    static const char *const packages[][2] = {
        { "conmon", "conmon" },     { "crun", "crun" },         { "runc", "runc" },
        { "netavark", "netavark" }, { "aardvark-dns", "aardvark-dns" }, { "iptables", "iptables" },
        { "catatonit", "catatonit" }, { "gpg", "gpg" },
    };
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++)
        if (!strcmp(path_base(program), packages[i][0]))
            return packages[i][1];
    return NULL;
}

static int not_started(const char *program, int rc, struct error **err)
{
    const char *package = package_of(program);
    if (rc == ENOENT && package)
        return error_set(err, ERROR_UNSUPPORTED, 0, "%s is not installed: install the package %s", program, package);
    return error_set(err, rc == ENOENT ? ERROR_UNSUPPORTED : ERROR_INTERNAL, rc, "starting %s", program);
}

int spawn_start(const struct spawn *what, struct process *ret_process, struct error **err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);

    /* Lift our ends above every number the child wants, so that no dup2 overwrites a source still needed. */
    int highest = 2;
    for (size_t i = 0; i < what->fd_count; i++)
        if (what->fds[i].to > highest)
            highest = what->fds[i].to;
    autofree int *lifted = mem_alloc((what->fd_count + 1) * sizeof *lifted);
    size_t lifted_count = 0;
    int rc = 0;
    for (int fd = 0; fd <= 2; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    for (; lifted_count < what->fd_count; lifted_count++) {
        int fd = fcntl(what->fds[lifted_count].from, F_DUPFD_CLOEXEC, highest + 1);
        if (fd < 0) {
            rc = errno;
            goto out;
        }
        lifted[lifted_count] = fd;
        posix_spawn_file_actions_adddup2(&actions, fd, what->fds[lifted_count].to);
    }
    /* What our own parent left open without close-on-exec is not the child's business either. */
    posix_spawn_file_actions_addclosefrom_np(&actions, highest + 1);
    if (what->dir)
        posix_spawn_file_actions_addchdir_np(&actions, what->dir);

    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    if (what->new_group) {
        flags |= POSIX_SPAWN_SETPGROUP;
        posix_spawnattr_setpgroup(&attr, 0);
    }
    if (what->new_session)
        flags |= POSIX_SPAWN_SETSID;
    posix_spawnattr_setflags(&attr, flags);

    const char *const *env = what->env ? what->env : spawn_environ();
    pid_t pid;
    rc = posix_spawnp(&pid, what->argv[0], &actions, &attr, (char *const *)what->argv, (char *const *)env);
    if (!rc) {
        ret_process->pid = pid;
        ret_process->pidfd = pidfd_open(pid, 0);
        if (ret_process->pidfd < 0) {
            rc = errno;
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
        }
    }
out:
    while (lifted_count)
        fd_close(lifted[--lifted_count]);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    return rc ? not_started(what->argv[0], rc, err) : 0;
}

int process_wait(struct process *process, int timeout_ms)
{
    int ready = fd_poll(process->pidfd, POLLIN, timeout_ms);
    if (ready == 0)
        return -2;
    int status;
    pid_t got;
    do
        got = waitpid(process->pid, &status, 0);
    while (got < 0 && errno == EINTR);
    fd_close(fd_take(&process->pidfd));
    if (got < 0)
        return -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void process_kill(struct process *process, int signal)
{
    pidfd_send_signal(process->pidfd, signal, NULL, 0);
}

/* Moves what is there from @fd to @into; closes and forgets the descriptor at its end. */
static void drain(int *fd, struct buf *into)
{
    char chunk[8192];
    ssize_t n = read(*fd, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR)
        return;
    if (n > 0 && into)
        buf_append(into, chunk, (size_t)n);
    if (n <= 0)
        fd_close(fd_take(fd));
}

static void feed(int *fd, const char **input, size_t *left)
{
    /* Not waiting: a child that writes before it reads would wait for us, and we for it. */
    ssize_t n = *left ? send(*fd, *input, *left, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n > 0) {
        *input += n;
        *left -= (size_t)n;
    }
    if (n < 0 || !*left)
        fd_close(fd_take(fd));
}

/* What is left in a pipe whose writer has exited. Its own children may hold it open and go on writing, so what a pipe
 * can hold is enough. */
static void drain_rest(int *fd, struct buf *into)
{
    for (int i = 0; i < 256 && *fd >= 0 && fd_poll(*fd, POLLIN, 0) > 0; i++)
        drain(fd, into);
}

int spawn_run(const struct spawn *what, const char *input, struct buf *out, struct buf *errout, int timeout_ms,
              struct error **err)
{
    int out_pipe[2], err_pipe[2], in_pair[2] = { -1, -1 };
    if (fd_pipe(out_pipe, err) < 0)
        return -1;
    autofd out_read = out_pipe[0], out_write = out_pipe[1];
    if (fd_pipe(err_pipe, err) < 0)
        return -1;
    autofd err_read = err_pipe[0], err_write = err_pipe[1];
    if (input && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in_pair) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a socket pair");
    autofd in_write = in_pair[0], in_read = in_pair[1];

    struct spawn started = *what;
    struct spawn_fd *fds = mem_zalloc((what->fd_count + 3) * sizeof *fds);
    if (what->fd_count)
        memcpy(fds, what->fds, what->fd_count * sizeof *fds);
    started.fd_count = what->fd_count;
    fds[started.fd_count++] = (struct spawn_fd){ out_write, 1 };
    fds[started.fd_count++] = (struct spawn_fd){ err_write, 2 };
    if (input)
        fds[started.fd_count++] = (struct spawn_fd){ in_read, 0 };
    started.fds = fds;
    struct process process;
    int rc = spawn_start(&started, &process, err);
    free(fds);
    if (rc < 0)
        return -1;
    fd_close(fd_take(&out_write));
    fd_close(fd_take(&err_write));
    fd_close(fd_take(&in_read));

    size_t left = input ? strlen(input) : 0;
    int64_t deadline = timeout_ms < 0 ? 0 : clock_monotonic() + timeout_ms * 1000000LL;
    bool late = false, ended = false;
    while (!ended) {
        struct pollfd polls[] = {
            { out_read, POLLIN, 0 }, { err_read, POLLIN, 0 }, { in_write, POLLOUT, 0 }, { process.pidfd, POLLIN, 0 }
        };
        int wait_ms = -1;
        if (timeout_ms >= 0) {
            int64_t rest = (deadline - clock_monotonic()) / 1000000;
            late = rest <= 0;
            if (late)
                break;
            wait_ms = (int)rest;
        }
        if (poll(polls, 4, wait_ms) < 0 && errno != EINTR)
            break;
        if (polls[0].revents)
            drain(&out_read, out);
        if (polls[1].revents)
            drain(&err_read, errout);
        if (polls[2].revents)
            feed(&in_write, &input, &left);
        ended = polls[3].revents;
    }
    drain_rest(&out_read, out);
    drain_rest(&err_read, errout);
    if (late) {
        process_kill(&process, SIGKILL);
        process_wait(&process, -1);
        return error_set(err, ERROR_TIMEOUT, 0, "%s did not end within %d ms", what->argv[0], timeout_ms);
    }
    fd_close(fd_take(&in_write));
    int code = process_wait(&process, -1);
    return code < 0 ? error_set(err, ERROR_INTERNAL, errno, "waiting for %s", what->argv[0]) : code;
}
