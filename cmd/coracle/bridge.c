#include "cmd/coracle/bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmd/coracle/client.h"
#include "core/base/error.h"
#include "core/base/fd.h"

static void remove_path(struct bridge *bridge)
{
    unlink(bridge->path);
    rmdir(bridge->dir);
}

static void *serve_one(void *context)
{
    struct bridge *bridge = context;
    autofd fd = accept4(bridge->listener, NULL, NULL, SOCK_CLOEXEC);
    remove_path(bridge); /* nobody else comes, and a signal may end us before bridge_close() */
    if (fd >= 0)
        client_start_ssh(bridge->client, fd, false, &bridge->err);
    return NULL;
}

int bridge_open(struct bridge *bridge, const struct client *client, struct error **err)
{
    *bridge = (struct bridge){ .client = client, .listener = -1 };
    strcpy(bridge->dir, "/tmp/coracle.XXXXXX"); /* 0700: nobody else can connect */
    if (!mkdtemp(bridge->dir))
        return error_set(err, ERROR_INTERNAL, errno, "making a directory for the tunnel's socket");
    snprintf(bridge->path, sizeof bridge->path, "%s/ssh", bridge->dir);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, bridge->path);
    autofd listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0) {
        error_set(err, ERROR_INTERNAL, errno, "making the tunnel's socket %s", bridge->path);
        remove_path(bridge);
        return -1;
    }
    bridge->listener = fd_take(&listener);
    int rc = pthread_create(&bridge->thread, NULL, serve_one, bridge);
    if (!rc)
        return 0;
    fd_close(bridge->listener);
    remove_path(bridge);
    return error_set(err, ERROR_INTERNAL, rc, "starting the tunnel");
}

void bridge_close(struct bridge *bridge, struct error **ret_err)
{
    shutdown(bridge->listener, SHUT_RDWR); /* wakes an accept nobody came to */
    pthread_join(bridge->thread, NULL);
    fd_close(bridge->listener);
    *ret_err = bridge->err;
    remove_path(bridge);
}
