#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/base/tcp.h"
#include "core/base/tls.h"

#define SOCKET_MODE 0660
#define FIRST_ACTIVATED_FD 3

static int make_parent(const char *path, struct error **err)
{
    autofree char *parent = mem_strdup(path);
    char *slash = strrchr(parent, '/');
    if (slash == parent)
        return 0;
    *slash = '\0';
    return path_mkdirs(parent, 0755, err);
}

/* With the socket's lock held nobody else replaces it: a socket that refuses connections is a dead server's. */
static int clear_stale(const char *path, const struct sockaddr_un *address, struct error **err)
{
    struct stat st;
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : error_set(err, ERROR_INTERNAL, errno, "--listen: %s", path);
    if (!S_ISSOCK(st.st_mode)) /* connecting to any other file is refused as well */
        return error_set(err, ERROR_CONFLICT, 0, "--listen: %s: there is a file that is not a socket", path);
    autofd probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a socket");
    /* EAGAIN: a queue so full that it cannot be a dead server's */
    if (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN)
        return error_set(err, ERROR_CONFLICT, 0, "--listen: %s: another server listens there", path);
    if (errno != ECONNREFUSED && errno != ENOENT)
        return error_set(err, ERROR_CONFLICT, errno, "--listen: %s", path);
    if (unlink(path) < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "removing the old socket %s", path);
    return 0;
}

/* Nobody can connect before listen(): until then it may have another mode and group. */
static int bind_with_mode(int fd, const struct sockaddr_un *address, mode_t mode, gid_t group)
{
    mode_t mask = umask(0777);
    int rc = bind(fd, (const struct sockaddr *)address, sizeof *address);
    umask(mask);
    if (rc < 0 || (group != (gid_t)-1 && lchown(address->sun_path, (uid_t)-1, group) < 0))
        return -1;
    return chmod(address->sun_path, mode);
}

static int bind_socket(struct listener *listener, const char *path, mode_t mode, gid_t group, struct error **err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path)
        return error_set(err, ERROR_INVALID, 0, "--listen: %s: a socket's path has at most %zu bytes", path,
                         sizeof address.sun_path - 1);
    strcpy(address.sun_path, path);
    if (make_parent(path, err) < 0)
        return -1;
    autofree char *lock_path = mem_printf("%s.lock", path);
    autofd lock = lock_file_try(lock_path, true, err);
    if (lock == -2)
        return error_set(err, ERROR_CONFLICT, 0, "--listen: %s: another server listens there", path);
    if (lock < 0 || clear_stale(path, &address, err) < 0)
        return -1;
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind_with_mode(fd, &address, mode, group) < 0 || listen(fd, SOMAXCONN) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "--listen: %s", path);
    *listener = (struct listener){
        .fd = fd_take(&fd), .lock = fd_take(&lock), .path = mem_strdup(path), .ours = true, .address = mem_strdup(path)
    };
    return 0;
}

int server_listen_limited(struct server *server, const char *path, mode_t mode, gid_t group, struct error **err)
{
    if (server->count == SERVER_MAX_LISTENERS)
        return error_set(err, ERROR_INVALID, 0, "--listen: at most %d sockets", SERVER_MAX_LISTENERS);
    if (bind_socket(&server->listeners[server->count], path, mode, group, err) < 0)
        return -1;
    server->count++;
    return 0;
}

/* Connections of a server before us may still linger at the address. */
static int bind_tcp(const struct sockaddr_storage *address, socklen_t len)
{
    const int on = 1;
    autofd fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(fd, (const struct sockaddr *)address, len) < 0 || listen(fd, SOMAXCONN) < 0)
        return -1;
    return fd_take(&fd);
}

int server_listen_tcp(struct server *server, const char *url, struct error **err)
{
    struct sockaddr_storage address;
    socklen_t len;
    char text[TCP_TEXT_SIZE];
    if (server->count == SERVER_MAX_LISTENERS)
        return error_set(err, ERROR_INVALID, 0, "--listen: at most %d sockets", SERVER_MAX_LISTENERS);
    if (!tcp_parse(url, &address, &len))
        return error_set(err, ERROR_INVALID, 0,
                         "--listen: \"%s\" is not an address: expected tcp://ADDRESS:PORT, the address in digits", url);
    int fd = bind_tcp(&address, len);
    if (fd < 0 && errno == EADDRINUSE)
        return error_set(err, ERROR_CONFLICT, 0, "--listen: %s: another server listens there", url);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "--listen: %s", url);
    server->listeners[server->count++] =
        (struct listener){ .fd = fd, .lock = -1, .ours = true, .address = mem_strdup(tcp_text(&address, text)) };
    return 0;
}

bool listener_is_tcp(const struct listener *listener)
{
    int family = 0;
    socklen_t len = sizeof family;
    return getsockopt(listener->fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == 0 && family != AF_UNIX;
}

int server_secure(struct listener *listener, const struct tls_files *files, struct error **err)
{
    listener->tls = tls_server_context(files, err);
    return listener->tls ? 0 : error_wrap(err, "%s", listener->address);
}

int server_listen(struct server *server, const char *url, struct error **err)
{
    if (str_starts(url, "tcp://"))
        return server_listen_tcp(server, url, err);
    if (!str_starts(url, "unix:///") || str_ends(url, "/"))
        return error_set(err, ERROR_INVALID, 0,
                         "--listen: \"%s\" is not an address: expected unix:///PATH or tcp://ADDRESS:PORT", url);
    return server_listen_limited(server, url + strlen("unix://"), SOCKET_MODE, (gid_t)-1, err);
}

static void forget_activation(void)
{
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDNAMES");
}

static int refuse_socket(int fd, const char *name, const char *why, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "LISTEN_FDS: descriptor %d (%s) is %s", fd, *name ? name : "unnamed", why);
}

/* The path it is bound to, or tcp://…; NULL when it has none, or one that is not a file's. */
static char *bound_address(int fd)
{
    struct sockaddr_storage address = { 0 };
    const struct sockaddr_un *in_file = (const struct sockaddr_un *)&address;
    socklen_t len = sizeof address;
    char path[sizeof in_file->sun_path + 1] = "", text[TCP_TEXT_SIZE];
    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        return NULL;
    if (address.ss_family != AF_UNIX)
        return mem_strdup(tcp_text(&address, text));
    memcpy(path, in_file->sun_path, sizeof in_file->sun_path);
    return *path == '/' ? mem_strdup(path) : NULL;
}

static int take_socket(struct server *server, int fd, const char *name, struct error **err)
{
    struct stat st;
    int listens = 0, family = 0;
    socklen_t len = sizeof listens;
    if (server->count == SERVER_MAX_LISTENERS)
        return error_set(err, ERROR_INVALID, 0, "LISTEN_FDS: more than %d sockets", SERVER_MAX_LISTENERS);
    if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode) || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0 ||
        !listens)
        return refuse_socket(fd, name, "not a listening socket", err);
    len = sizeof family;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) < 0 || (family != AF_UNIX && family != AF_INET && family != AF_INET6))
        return refuse_socket(fd, name, "neither a unix socket nor one of TCP", err);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    char *address = bound_address(fd);
    server->listeners[server->count++] = (struct listener){
        .fd = fd,
        .lock = -1,
        .name = mem_strdup(name),
        .address = address ? address : mem_strdup(name),
        .varlink_only = str_eq(name, "varlink"),
    };
    return 0;
}

int server_take_activated(struct server *server, struct error **err)
{
    const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS"), *names = getenv("LISTEN_FDNAMES");
    if (!pid || !fds || str_to_int(pid) != getpid())
        return 0;
    int64_t count = str_to_int(fds);
    if (count < 0 || count > 1024)
        return error_set(err, ERROR_INVALID, 0, "LISTEN_FDS: \"%s\" is not a number of sockets", fds);
    autofree char *copy = mem_strdup(names ? names : "");
    char *name = copy;
    for (int i = 0; i < count; i++) {
        char *end = strchrnul(name, ':');
        bool last = !*end;
        *end = '\0';
        if (take_socket(server, FIRST_ACTIVATED_FD + i, name, err) < 0)
            return -1;
        name = last ? end : end + 1;
    }
    forget_activation();
    return (int)count;
}

/* A handed-over socket stays as it is: who comes later is served by the next server. In one of our own, shutdown()
 * refuses whoever found the path before it was gone and is not in the queue yet. For TCP there is no such order: shutdown()
 * would drop the queue as well, which is emptied before the close instead. */
void server_retire(struct server *server)
{
    for (size_t i = 0; i < server->count; i++) {
        if (!server->listeners[i].path)
            continue;
        unlink(server->listeners[i].path);
        shutdown(server->listeners[i].fd, SHUT_RDWR);
    }
}

static void close_listener(struct listener *listener)
{
    fd_close(listener->fd);
    fd_close(listener->lock); /* after the path is gone: it may be made anew from here on */
    tls_context_free(listener->tls);
    free(listener->path);
    free(listener->name);
    free(listener->address);
    *listener = (struct listener){ .fd = -1, .lock = -1 };
}

void server_close(struct server *server)
{
    server_retire(server);
    for (size_t i = 0; i < server->count; i++)
        close_listener(&server->listeners[i]);
    server->count = 0;
}
