#pragma once
/*
 * One accepted connection and the buffers on both sides of it. Used by its own thread alone; see server/run.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "api/dispatch.h"
#include "core/base/buf.h"

struct drain;
struct error;

#define CONNECTION_MAX_IN (16u << 20) /* the longest varlink message; a head's limit is lower */
#define CONNECTION_MAX_OUT (1u << 20)

struct connection {
    const struct api *api;
    struct drain *drain;         /* borrowed */
    int fd;                      /* blocking; owned by whoever made the connection */
    bool secure;                 /* the client is at the other end of TLS, and not of this machine */
    struct buf in;               /* received and not used yet */
    size_t used;                 /* bytes at the front of `in` that were used: dropped between requests */
    struct buf out;              /* waiting to be sent together with what follows */
    struct connection *next_cut; /* drain.c's */
};

/* An initialiser. */
#define CONNECTION(its_api, its_drain, its_fd)                                                                         \
    ((struct connection){ .api = (its_api),                                                                            \
                          .drain = (its_drain),                                                                        \
                          .fd = (its_fd),                                                                              \
                          .in = BUF(CONNECTION_MAX_IN),                                                                \
                          .out = BUF(CONNECTION_MAX_OUT) })
/* Releases the buffers; before the descriptor is closed. */
void connection_free(struct connection *connection);

/* Waits for the next request, or for more of its head, and receives into `in`. 1 some came; 0 the client closed its
 * side, the server drains or @deadline passed (of clock_monotonic(); 0: none); -1 with errno. */
int connection_await(struct connection *connection, int64_t deadline);
/* Receives more of a request that is under way into `in`: only its end ends the wait. As above. */
int connection_receive(struct connection *connection);
/* The same, straight to where it is wanted; nothing may be pending. Bytes, 0, or -1 with errno. */
ssize_t connection_receive_into(struct connection *connection, void *into, size_t len);
/* Sends what waits in `out`. ERROR_CANCELLED when the client left. */
int connection_flush(struct connection *connection, struct error **err);
/* Sends what waits in `out`, @data and @tail in one system call. */
int connection_send(struct connection *connection, const void *data, size_t len, const void *tail, size_t tail_len,
                    struct error **err);
/* As struct sink's wait. */
bool connection_wait(struct connection *connection, int wake_fd, int timeout_ms);
/* The connection leaves its protocol: gives the bytes received and not used yet, and has it cut when the server drains.
 */
void connection_take_over(struct connection *connection, const void **ret_early, size_t *ret_len);
/* Forgets what was used; gives memory back when a long request took much. */
void connection_forget_used(struct connection *connection);
/* Says that nothing more comes, then reads and drops what the client still sends, for a bounded time: closing at once
 * would reset the connection and could take the reply along. */
void connection_linger(struct connection *connection);

static inline size_t connection_pending(const struct connection *connection)
{
    return connection->in.len - connection->used;
}

/* Speak until the connection ends. */
void http_serve(struct connection *connection);
void varlink_serve(struct connection *connection);
