#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmd/coracle/client.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/spawn.h"
#include "core/base/str.h"

int client_init(struct client *client, const char *url, struct arena *arena, struct error **err)
{
    static const char *const variables[] = { "CONTAINER_HOST", "DOCKER_HOST" };
    *client = (struct client){ .url = url, .from = "--url", .arena = arena };
    for (size_t i = 0; i < 2 && str_empty(client->url); i++) {
        client->url = getenv(variables[i]);
        client->from = variables[i];
    }
    if (str_empty(client->url)) {
        client->url = "unix://" ADDRESS_DEFAULT_PATH;
        client->from = "the default";
    }
    return address_parse(arena, client->url, &client->address, err) < 0 ? error_wrap(err, "%s", client->from) : 0;
}

static int failed(const struct client *client, int sys_errno, const char *what, struct error **err)
{
    return error_set(err, ERROR_UNAVAILABLE, sys_errno, "cannot connect to %s (from %s)%s%s", client->url, client->from,
                     *what ? ": " : "", what);
}

static int dial_unix(const struct client *client, int *ret_fd, struct error **err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, client->address.path); /* address_parse() saw that it fits */
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return failed(client, errno, "", err);
    *ret_fd = fd_take(&fd);
    return 0;
}

static int dial_tcp(const struct client *client, int *ret_fd, struct error **err)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    int rc = getaddrinfo(client->address.host, client->address.port, &hints, &found);
    if (rc)
        return failed(client, 0, gai_strerror(rc), err);
    int saved = ECONNREFUSED;
    autofd fd = -1;
    for (struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) < 0) {
            saved = errno;
            fd_close(fd_take(&fd));
        }
    }
    freeaddrinfo(found);
    if (fd < 0)
        return failed(client, saved, "", err);
    *ret_fd = fd_take(&fd);
    return 0;
}

/* The far side's coracled joins our bytes to its socket. */
int client_start_ssh(const struct client *client, int fd, bool apart, struct error **err)
{
    autoarena *arena = arena_new(); /* the client's may be at work in another thread */
    struct str_list argv = address_ssh_command(arena, &client->address);
    const struct spawn_fd fds[] = { { fd, 0 }, { fd, 1 }, { STDERR_FILENO, 2 } };
    const struct spawn what = { .argv = argv.items, .fds = fds, .fd_count = 3, .new_session = apart };
    struct process process; /* ends when our end closes; nobody needs its code */
    if (spawn_start(&what, &process, err) < 0)
        return error_wrap(err, "cannot connect to %s (from %s)", client->url, client->from);
    fd_close(process.pidfd);
    return 0;
}

static int dial_ssh(const struct client *client, int *ret_fd, struct error **err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return failed(client, errno, "", err);
    autofd ours = pair[0], theirs = pair[1];
    if (client_start_ssh(client, theirs, true, err) < 0)
        return -1;
    *ret_fd = fd_take(&ours);
    return 0;
}

int client_dial(const struct client *client, int *ret_fd, struct error **err)
{
    switch (client->address.kind) {
    case ADDRESS_TCP: return dial_tcp(client, ret_fd, err);
    case ADDRESS_SSH: return dial_ssh(client, ret_fd, err);
    case ADDRESS_UNIX: break;
    }
    return dial_unix(client, ret_fd, err);
}
