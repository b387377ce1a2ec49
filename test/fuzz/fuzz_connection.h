#pragma once
/* A connection whose client has said all it will say: any bytes, then the end of its side. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "server/connection.h"
#include "server/drain.h"

/* Serves it on this thread: what is sent back has to fit into the socket's buffer. @api reaches the dispatcher. */
static inline void serve_bytes(void (*serve)(struct connection *connection), const struct api *api,
                               const unsigned char *data, size_t len)
{
    autoerror *err = NULL;
    int ends[2];
    int made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    assert(made == 0);
    autofd client = ends[0], served = ends[1];
    struct drain *drain = drain_new(&err);
    assert(drain);
    int sent = fd_write_all_raw(client, data, len);
    assert(sent == 0);
    shutdown(client, SHUT_WR);
    struct connection connection = CONNECTION(api, drain, served);
    serve(&connection);
    connection_free(&connection);
    drain_free(drain);
}
