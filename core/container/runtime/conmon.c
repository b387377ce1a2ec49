/* Starting conmon, and its side of the pipes. */
#include "core/container/runtime/conmon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/spawn.h"
#include "core/base/str.h"
#include "core/config/config.h"
#include "core/container/runtime/conmon_start.h"
#include "core/container/runtime/conmon_types.h"
#include "core/container/runtime/words.h"
#include "core/engine.h"

#define MESSAGE_MAX 65536
#define SYNC_FD 3
#define START_FD 4
#define ATTACH_FD 5

static void add_pair(struct arena *arena, struct str_list *argv, const char *name, const char *value)
{
    str_list_add(arena, argv, name);
    str_list_add(arena, argv, value);
}

void conmon_add_runtime(struct arena *arena, struct str_list *argv, const char *runtime, const char *log_dir)
{
    add_pair(arena, argv, "-r", runtime);
    add_pair(arena, argv, "--runtime-arg", "--log-format=json");
    add_pair(arena, argv, "--runtime-arg", "--log");
    str_list_add(arena, argv, arena_printf(arena, "--runtime-arg=%s/oci-log", log_dir));
}

void conmon_add_exit_command(struct arena *arena, struct str_list *argv, const char *const *command)
{
    if (!command || !command[0])
        return;
    add_pair(arena, argv, "--exit-command", command[0]);
    for (size_t i = 1; command[i]; i++)
        add_pair(arena, argv, "--exit-command-arg", command[i]);
}

/* Its own cgroup in one hierarchy. Best effort: all that is lost otherwise is tidy accounting. */
static void move_to_cgroup(const char *hierarchy, const char *cgroup, pid_t pid)
{
    autofree char *dir = mem_printf("/sys/fs/cgroup%s%s", hierarchy, cgroup);
    autofree char *procs = mem_printf("%s/cgroup.procs", dir);
    autoerror *err = NULL;
    if (path_mkdirs(dir, 0755, &err) < 0) {
        log_debug("conmon stays in this cgroup: %s", err->message);
        return;
    }
    char text[16];
    int len = snprintf(text, sizeof text, "%d", (int)pid);
    autofd fd = open(procs, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, (size_t)len) < 0)
        log_debug("conmon stays in this cgroup: writing %s: %s", procs, strerrordesc_np(errno));
}

void conmon_place(pid_t pid, const char *cgroup)
{
    /* Those by which a service manager or a memory limit of the service would take conmon along. */
    static const char *const hierarchies[] = { "/systemd", "/unified", "/memory", "/pids" };
    if (!cgroup)
        return;
    if (path_exists("/sys/fs/cgroup/cgroup.controllers")) {
        move_to_cgroup("", cgroup, pid);
        return;
    }
    for (size_t i = 0; i < sizeof hierarchies / sizeof *hierarchies; i++) {
        autofree char *procs = mem_printf("/sys/fs/cgroup%s/cgroup.procs", hierarchies[i]);
        if (path_exists(procs))
            move_to_cgroup(hierarchies[i], cgroup, pid);
    }
}

/* Our environment with the numbers of the pipes; the descriptors themselves come from conmon_start(). */
static const char *const *environment(struct arena *arena, bool attach)
{
    struct str_list env = { 0 };
    for (const char *const *at = spawn_environ(); *at; at++)
        if (!str_starts(*at, "DBUS_SESSION_BUS_ADDRESS="))
            str_list_add(arena, &env, *at);
    str_list_add(arena, &env, arena_printf(arena, "_OCI_SYNCPIPE=%d", SYNC_FD));
    str_list_add(arena, &env, arena_printf(arena, "_OCI_STARTPIPE=%d", START_FD));
    if (attach)
        str_list_add(arena, &env, arena_printf(arena, "_OCI_ATTACHPIPE=%d", ATTACH_FD));
    str_list_add(arena, &env, NULL);
    return env.items;
}

static int open_log(const char *dir)
{
    autofree char *path = mem_printf("%s/conmon.log", dir);
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

int conmon_start(struct arena *arena, const struct conmon_start *what, struct conmon_pipes *ret_pipes,
                 struct error **err)
{
    int sync[2], start[2], attach[2] = { -1, -1 };
    if (fd_seqpacket_pair(sync, err) < 0)
        return -1;
    autofd sync_ours = sync[0], sync_theirs = sync[1];
    if (fd_seqpacket_pair(start, err) < 0)
        return -1;
    autofd start_ours = start[0], start_theirs = start[1];
    if (what->attach && fd_seqpacket_pair(attach, err) < 0)
        return -1;
    autofd attach_ours = attach[0], attach_theirs = attach[1];
    autofd log = open_log(what->log_dir);

    struct spawn_fd *fds = arena_array(arena, what->extra_fd_count + 4, sizeof *fds);
    size_t count = 0;
    fds[count++] = (struct spawn_fd){ sync_theirs, SYNC_FD };
    fds[count++] = (struct spawn_fd){ start_theirs, START_FD };
    if (what->attach)
        fds[count++] = (struct spawn_fd){ attach_theirs, ATTACH_FD };
    if (log >= 0)
        fds[count++] = (struct spawn_fd){ log, 2 };
    for (size_t i = 0; i < what->extra_fd_count; i++)
        fds[count++] = (struct spawn_fd){ what->extra_fds[i], ATTACH_FD + 1 + (int)i };

    struct spawn spawn = { .argv = what->argv.items, .env = environment(arena, what->attach), .dir = what->dir,
                           .fds = fds, .fd_count = count, .new_group = 1 };
    struct process process;
    if (spawn_start(&spawn, &process, err) < 0)
        return -1;
    conmon_place(process.pid, what->cgroup);
    ssize_t sent = send(start_ours, "", 1, MSG_NOSIGNAL); /* placed: it may fork now */
    /* What we called ends once it forked the one that stays. */
    int code = process_wait(&process, CONMON_TIMEOUT_MS);
    if (code == -2) {
        process_kill(&process, SIGKILL);
        process_wait(&process, -1);
        return error_set(err, ERROR_TIMEOUT, 0, "conmon did not start within %d s", CONMON_TIMEOUT_MS / 1000);
    }
    if (sent < 0 || code != 0)
        return error_set(err, ERROR_INTERNAL, 0, "conmon ended with code %d before it started: see %s/conmon.log", code,
                         what->log_dir);
    *ret_pipes = (struct conmon_pipes){ fd_take(&sync_ours), fd_take(&start_ours), fd_take(&attach_ours) };
    return 0;
}

void conmon_pipes_close(struct conmon_pipes *pipes)
{
    fd_close(fd_take(&pipes->sync));
    fd_close(fd_take(&pipes->start));
    fd_close(fd_take(&pipes->attach));
}

int conmon_receive(struct arena *arena, int pipe, int timeout_ms, struct conmon_sync **ret_message, struct error **err)
{
    int ready = fd_poll(pipe, POLLIN, timeout_ms);
    if (ready == 0)
        return error_set(err, ERROR_TIMEOUT, 0, "conmon said nothing for %d s", timeout_ms / 1000);
    char *text = arena_zalloc(arena, MESSAGE_MAX);
    ssize_t len;
    do
        len = recv(pipe, text, MESSAGE_MAX, 0);
    while (len < 0 && errno == EINTR);
    if (len < 0)
        return error_set(err, ERROR_INTERNAL, errno, "reading what conmon says");
    *ret_message = NULL;
    if (len == 0)
        return 0;
    const struct schema_limits limits = { .max_bytes = MESSAGE_MAX, .max_depth = 4 };
    *ret_message = schema_decode(arena, conmon_sync_schema(), text, (size_t)len, limits, NULL, err);
    return *ret_message ? 0 : error_wrap(err, "what conmon says");
}

/* The runtime's own log says it best; its stderr, passed on by conmon, next; conmon's own log last. */
static const char *words_of_file(struct arena *arena, const char *dir, const char *name)
{
    autoerror *ignored = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/%s", dir, name), MESSAGE_MAX, NULL, &ignored);
    return text ? runtime_words(arena, text) : "";
}

static const char *failure_words(struct arena *arena, const char *log_dir, const struct conmon_sync *message)
{
    const char *words = words_of_file(arena, log_dir, "oci-log");
    if (!*words && message && !str_empty(message->message))
        words = runtime_words(arena, message->message);
    if (!*words)
        words = words_of_file(arena, log_dir, "conmon.log");
    return *words || message ? words : "conmon died";
}

int conmon_failure(struct arena *arena, const char *verb, const char *log_dir, const struct conmon_sync *message,
                   bool *ret_refused, struct error **err)
{
    return runtime_error(verb, failure_words(arena, log_dir, message), ret_refused, err);
}

int conmon_connect(const char *bundle, struct error **err)
{
    /* The path of a bundle is longer than a socket address may be: go through a descriptor. */
    autofd dir = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
    autofd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a socket");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/attach", dir);
    int rc;
    do
        rc = dir < 0 ? -1 : connect(fd, (struct sockaddr *)&address, sizeof address);
    while (rc < 0 && errno == EINTR);
    if (rc < 0 && (errno == ENOENT || errno == ECONNREFUSED))
        return error_set(err, ERROR_CONFLICT, 0, "nobody listens for attaching in %s: it is not running", bundle);
    if (rc < 0)
        return error_set(err, ERROR_INTERNAL, errno, "connecting to %s/attach", bundle);
    return fd_take(&fd);
}

int conmon_check_size(long long rows, long long columns, struct error **err)
{
    if (rows < 0 || columns < 0 || rows > 65535 || columns > 65535)
        return error_set(err, ERROR_INVALID, 0,
                         "terminal size %lld rows, %lld columns is not valid: expected 0 to 65535", rows, columns);
    return 0;
}

int conmon_resize(const char *bundle, long long rows, long long columns, struct error **err)
{
    if (conmon_check_size(rows, columns, err) < 0)
        return -1;
    autofree char *path = mem_printf("%s/ctl", bundle);
    autofd fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC); /* ENXIO when no conmon reads it any more */
    if (fd < 0 && (errno == ENXIO || errno == ENOENT))
        return error_set(err, ERROR_CONFLICT, 0, "cannot resize: it is not running");
    char line[64];
    int len = snprintf(line, sizeof line, "1 %lld %lld\n", rows, columns);
    if (fd < 0 || write(fd, line, (size_t)len) != len)
        return error_set(err, ERROR_INTERNAL, errno, "writing %s", path);
    return 0;
}
