#include "core/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/error.h"

void fd_close(int fd)
{
    if (fd < 0)
        return;
    int saved = errno;
    close(fd);
    errno = saved;
}

int fd_write_all_raw(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == ENOTSOCK)
            n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            if (fd_poll(fd, POLLOUT, -1) < 0)
                return -1;
            continue;
        }
        if (n < 0)
            return -1;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

int fd_write_all(int fd, const void *data, size_t len, const char *what, struct error **err)
{
    if (fd_write_all_raw(fd, data, len) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "writing %s", what);
    return 0;
}

int fd_read_all(int fd, struct buf *into, const char *what, struct error **err)
{
    for (;;) {
        char chunk[16384];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, ERROR_INTERNAL, errno, "reading %s", what);
        if (n == 0)
            return 0;
        buf_append(into, chunk, (size_t)n);
        if (into->full)
            return error_set(err, ERROR_TOO_LARGE, 0, "reading %s: more than %zu bytes", what, into->max);
    }
}

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int fd_poll(int fd, short events, int timeout_ms)
{
    long long deadline = timeout_ms < 0 ? 0 : now_ms() + timeout_ms;
    for (;;) {
        struct pollfd p = { .fd = fd, .events = events };
        int n = poll(&p, 1, timeout_ms);
        if (n >= 0 || errno != EINTR)
            return n;
        if (timeout_ms > 0) {
            long long left = deadline - now_ms();
            timeout_ms = left > 0 ? (int)left : 0;
        }
    }
}

int fd_pipe(int ret_ends[2], struct error **err)
{
    if (pipe2(ret_ends, O_CLOEXEC) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a pipe");
    return 0;
}

int fd_seqpacket_pair(int ret_ends[2], struct error **err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_ends) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a socket pair");
    return 0;
}

static ssize_t copy_once(int from, int to, size_t want)
{
    ssize_t n = sendfile(to, from, NULL, want);
    if (n >= 0 || (errno != EINVAL && errno != ENOSYS))
        return n;
    n = splice(from, NULL, to, NULL, want, SPLICE_F_MOVE);
    if (n >= 0 || errno != EINVAL)
        return n;
    char chunk[65536];
    n = read(from, chunk, want < sizeof chunk ? want : sizeof chunk);
    if (n > 0 && fd_write_all_raw(to, chunk, (size_t)n) < 0)
        return -1;
    return n;
}

ssize_t fd_copy_raw(int from, int to, size_t limit)
{
    size_t done = 0;
    while (!limit || done < limit) {
        size_t want = 1 << 20;
        if (limit && limit - done < want)
            want = limit - done;
        ssize_t n = copy_once(from, to, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) { /* which of the two is not told */
            if (fd_poll(from, POLLIN, -1) < 0 || fd_poll(to, POLLOUT, -1) < 0)
                return -1;
            continue;
        }
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}
