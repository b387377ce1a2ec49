/* A whole log to a client, and what is added to it while the container lives. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/sink.h"
#include "core/container/log/stream.h"
#include "core/state/bell.h"

#define FALLBACK_MS 100 /* when the machine has no inotify instance left */

/* A follower makes the file when the container did not start yet, so that nothing can be missed; conmon appends to it.
 */
static int open_log(const char *path, bool make, int *ret_fd, struct error **err)
{
    *ret_fd = open(path, O_RDONLY | O_CLOEXEC | (make ? O_CREAT : 0), 0640);
    if (*ret_fd < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "opening log %s", path);
    return 0;
}

static int start_stream(struct log_stream *stream, const char *path, struct error **err)
{
    const struct container_log_query *query = stream->query;
    if (open_log(path, query->follow, &stream->fd, err) < 0)
        return -1;
    if (stream->fd < 0 || query->tail < 0)
        return 0;
    int64_t offset = log_tail_offset(stream->fd, query->tail);
    if (offset < 0 || lseek(stream->fd, offset, SEEK_SET) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "reading log %s", path);
    return 0;
}

/* What a follower waits for: the file grows, another takes its place, the container's row changes. */
struct watch {
    int epoll, inotify, bell;
    struct bell *from;
};

static void watch_close(struct watch *watch)
{
    fd_close(watch->epoll);
    fd_close(watch->inotify);
    if (watch->bell >= 0)
        bell_unlisten(watch->from, watch->bell);
}

static int watch_open(struct watch *watch, struct bell *bell, const char *path, struct error **err)
{
    *watch = (struct watch){ .epoll = epoll_create1(EPOLL_CLOEXEC), .inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK),
                             .bell = -1, .from = bell };
    if (watch->epoll < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making an epoll descriptor");
    watch->bell = bell_listen(bell, err);
    if (watch->bell < 0)
        return -1;
    struct epoll_event event = { .events = EPOLLIN };
    epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->bell, &event);
    if (watch->inotify < 0)
        return 0;
    epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->inotify, &event);
    autoarena *arena = arena_new();
    const char *slash = strrchr(path, '/');
    inotify_add_watch(watch->inotify, path, IN_MODIFY);
    inotify_add_watch(watch->inotify, arena_strndup(arena, path, (size_t)(slash - path)), IN_CREATE | IN_MOVED_TO);
    return 0;
}

/* Forgets what happened so far; true when the bell was among it. */
static bool watch_reset(struct watch *watch)
{
    char events[4096];
    uint64_t rings;
    while (watch->inotify >= 0 && read(watch->inotify, events, sizeof events) > 0)
        ;
    /* An eventfd that did not ring would block, so ask first. */
    return fd_poll(watch->bell, POLLIN, 0) > 0 && read(watch->bell, &rings, sizeof rings) > 0;
}

/* conmon replaces a file that reached its size. True when another one is there; it is not opened yet. */
static bool is_replaced(const struct log_stream *stream, const char *path)
{
    struct stat open_file, named;
    if (stat(path, &named) < 0)
        return false;
    return stream->fd < 0 || fstat(stream->fd, &open_file) < 0 || open_file.st_ino != named.st_ino ||
           open_file.st_dev != named.st_dev;
}

static int move_to_new_file(struct log_stream *stream, struct watch *watch, const char *path, struct error **err)
{
    int fd;
    if (log_stream_drain(stream, err) < 0) /* nobody writes to the old one any more */
        return -1;
    if (watch->inotify >= 0)
        inotify_add_watch(watch->inotify, path, IN_MODIFY);
    if (open_log(path, false, &fd, err) < 0)
        return -1;
    if (fd >= 0)
        log_stream_switch(stream, fd);
    return 0;
}

static int timeout_of(const struct container_log_query *query, const struct watch *watch)
{
    int64_t timeout = watch->inotify < 0 ? FALLBACK_MS : -1;
    if (query->until_unix_ns) {
        int64_t left = (query->until_unix_ns - clock_now()) / 1000000 + 1;
        left = left < 0 ? 0 : left > 3600000 ? 3600000 : left;
        if (timeout < 0 || left < timeout)
            timeout = left;
    }
    return (int)timeout;
}

static int follow(struct log_stream *stream, struct watch *watch, const struct log_source *source, struct error **err)
{
    const struct container_log_query *query = stream->query;
    bool live = source->is_live(source->context);
    for (;;) {
        /* Whether it lives was asked before this read: what a container that ended wrote is in the file already. */
        bool late = query->until_unix_ns && clock_now() > query->until_unix_ns;
        if (log_stream_drain(stream, err) < 0)
            return -1;
        if (is_replaced(stream, source->path)) {
            if (move_to_new_file(stream, watch, source->path, err) < 0)
                return -1;
            continue;
        }
        if (!live || late || stream->past_until)
            return 0;
        if (!stream->sink->wait(stream->sink->context, watch->epoll, timeout_of(query, watch)))
            return 0;
        if (watch_reset(watch))
            live = source->is_live(source->context);
    }
}

int log_send(const struct log_source *source, const struct container_log_query *query, const struct sink *sink,
             struct error **err)
{
    struct log_stream stream;
    log_stream_init(&stream, query, sink);
    int rc = start_stream(&stream, source->path, err);
    if (!rc && !query->follow)
        rc = log_stream_drain(&stream, err);
    if (!rc && query->follow) {
        struct watch watch;
        rc = watch_open(&watch, source->bell, source->path, err);
        if (!rc)
            rc = follow(&stream, &watch, source, err);
        watch_close(&watch);
    }
    log_stream_free(&stream);
    return rc;
}
