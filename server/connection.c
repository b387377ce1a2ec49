#include "server/connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "server/drain.h"

#define RECEIVE_SIZE 8191 /* with its NUL a power of two: what buffers grow by */
#define MAX_BUFFER_KEPT (64u << 10)
#define LINGER_MS 2000
#define LINGER_BYTES (4u << 20)

void connection_free(struct connection *connection)
{
    drain_forget(connection->drain, connection);
    buf_free(&connection->in);
    buf_free(&connection->out);
}

ssize_t connection_receive_into(struct connection *connection, void *into, size_t len)
{
    for (;;) {
        ssize_t n = recv(connection->fd, into, len, 0);
        if (n >= 0 || errno != EINTR)
            return n;
    }
}

int connection_receive(struct connection *connection)
{
    char *room = buf_reserve(&connection->in, RECEIVE_SIZE);
    if (!room) {
        errno = ENOBUFS;
        return -1;
    }
    ssize_t n = connection_receive_into(connection, room, RECEIVE_SIZE);
    if (n > 0)
        connection->in.len += (size_t)n;
    return n > 0 ? 1 : (int)n;
}

static int timeout_until(int64_t deadline)
{
    if (!deadline)
        return -1;
    int64_t left = deadline - clock_monotonic();
    return left <= 0 ? 0 : (int)(left / 1000000) + 1;
}

int connection_await(struct connection *connection, int64_t deadline)
{
    struct pollfd polls[] = { { connection->fd, POLLIN, 0 }, { drain_fd(connection->drain), POLLIN, 0 } };
    for (;;) {
        int ready = poll(polls, 2, timeout_until(deadline));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return ready;
        return polls[0].revents ? connection_receive(connection) : 0;
    }
}

static int client_left(struct error **err)
{
    return error_set(err, ERROR_CANCELLED, errno, "the client left");
}

int connection_flush(struct connection *connection, struct error **err)
{
    if (!connection->out.len)
        return 0;
    int rc = fd_write_all_raw(connection->fd, connection->out.data, connection->out.len);
    buf_clear(&connection->out);
    return rc < 0 ? client_left(err) : 0;
}

/* Drops @sent bytes from the front of the parts. */
static void advance(struct iovec *parts, size_t count, size_t sent)
{
    for (size_t i = 0; i < count && sent; i++) {
        size_t step = sent < parts[i].iov_len ? sent : parts[i].iov_len;
        parts[i].iov_base = (char *)parts[i].iov_base + step;
        parts[i].iov_len -= step;
        sent -= step;
    }
}

int connection_send(struct connection *connection, const void *data, size_t len, const void *tail, size_t tail_len,
                    struct error **err)
{
    struct iovec parts[] = {
        { connection->out.data, connection->out.len },
        { (void *)data, len },
        { (void *)tail, tail_len },
    };
    const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 3 };
    while (parts[0].iov_len + parts[1].iov_len + parts[2].iov_len) {
        ssize_t n = sendmsg(connection->fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return client_left(err);
        advance(parts, 3, n > 0 ? (size_t)n : 0);
    }
    buf_clear(&connection->out);
    return 0;
}

bool connection_wait(struct connection *connection, int wake_fd, int timeout_ms)
{
    autoerror *gone = NULL;
    if (connection_flush(connection, &gone) < 0)
        return false;
    /* No POLLIN: a client that only half closed, or pipelines, is still there. POLLHUP says both directions ended. Over TLS
     * that cannot be told apart in time, and its clients say close_notify when they leave: there it counts as gone. */
    struct pollfd polls[] = {
        { connection->fd, connection->secure ? POLLRDHUP : 0, 0 },
        { wake_fd, POLLIN, 0 },
        { drain_fd(connection->drain), POLLIN, 0 },
    };
    if (poll(polls, 3, timeout_ms) < 0)
        return errno == EINTR;
    return !(polls[0].revents & (POLLHUP | POLLRDHUP | POLLERR | POLLNVAL)) && !polls[2].revents;
}

void connection_take_over(struct connection *connection, const void **ret_early, size_t *ret_len)
{
    *ret_early = buf_text(&connection->in) + connection->used;
    *ret_len = connection_pending(connection);
    connection->used = connection->in.len;
    drain_cut(connection->drain, connection);
}

void connection_forget_used(struct connection *connection)
{
    buf_drop_front(&connection->in, connection->used);
    connection->used = 0;
    if (!connection->in.len && connection->in.cap > MAX_BUFFER_KEPT)
        buf_free(&connection->in);
    if (connection->out.cap > MAX_BUFFER_KEPT)
        buf_free(&connection->out);
}

void connection_linger(struct connection *connection)
{
    char dropped[8192];
    size_t total = 0;
    int64_t deadline = clock_monotonic() + LINGER_MS * 1000000LL;
    struct pollfd polls[] = { { connection->fd, POLLIN, 0 }, { drain_fd(connection->drain), POLLIN, 0 } };
    if (shutdown(connection->fd, SHUT_WR) < 0)
        return;
    while (total < LINGER_BYTES && poll(polls, 2, timeout_until(deadline)) > 0 && polls[0].revents) {
        ssize_t n = recv(connection->fd, dropped, sizeof dropped, MSG_DONTWAIT);
        if (n <= 0)
            return;
        total += (size_t)n;
    }
}
