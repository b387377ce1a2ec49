#include "core/state/bell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"

#define LISTENER_STACK (64 * 1024)

struct bell {
    char *dir, *path;
    pthread_mutex_t mutex;
    int file;    /* opened at the first ring; -1 before */
    int inotify; /* -1 until somebody listens */
    int stop;    /* eventfd that ends the thread */
    pthread_t thread;
    int *listeners;
    size_t count, capacity;
};

struct bell *bell_open(const char *run_dir)
{
    struct bell *bell = mem_zalloc(sizeof *bell);
    bell->dir = mem_strdup(run_dir);
    bell->path = mem_printf("%s/bell", run_dir);
    bell->file = bell->inotify = bell->stop = -1;
    pthread_mutex_init(&bell->mutex, NULL);
    return bell;
}

void bell_close(struct bell *bell)
{
    if (!bell)
        return;
    if (bell->inotify >= 0) {
        eventfd_write(bell->stop, 1);
        pthread_join(bell->thread, NULL);
    }
    fd_close(bell->inotify);
    fd_close(bell->stop);
    fd_close(bell->file);
    pthread_mutex_destroy(&bell->mutex);
    free(bell->listeners);
    free(bell->path);
    free(bell->dir);
    free(bell);
}

static int open_file(struct bell *bell, struct error **err)
{
    if (bell->file >= 0)
        return 0;
    if (path_mkdirs(bell->dir, 0700, err) < 0)
        return -1;
    bell->file = open(bell->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return bell->file < 0 ? error_set(err, ERROR_INTERNAL, errno, "opening %s", bell->path) : 0;
}

int bell_ring(struct bell *bell, struct error **err)
{
    pthread_mutex_lock(&bell->mutex);
    int rc = open_file(bell, err);
    if (!rc && pwrite(bell->file, "!", 1, 0) != 1)
        rc = error_set(err, ERROR_INTERNAL, errno, "writing %s", bell->path);
    pthread_mutex_unlock(&bell->mutex);
    return rc;
}

static void wake_all(struct bell *bell)
{
    pthread_mutex_lock(&bell->mutex);
    for (size_t i = 0; i < bell->count; i++)
        eventfd_write(bell->listeners[i], 1);
    pthread_mutex_unlock(&bell->mutex);
}

static void *listen_thread(void *context)
{
    struct bell *bell = context;
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    for (;;) {
        ssize_t n = read(bell->inotify, events, sizeof events);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd polls[] = { { bell->inotify, POLLIN, 0 }, { bell->stop, POLLIN, 0 } };
            poll(polls, 2, -1);
            if (polls[1].revents)
                return NULL;
            continue;
        }
        if (n <= 0 && errno != EINTR)
            return NULL;
        wake_all(bell);
    }
}

static int start_listening(struct bell *bell, struct error **err)
{
    if (bell->inotify >= 0)
        return 0;
    if (open_file(bell, err) < 0)
        return -1;
    autofd inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    autofd stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (inotify < 0 || stop < 0 || inotify_add_watch(inotify, bell->path, IN_MODIFY) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "watching %s", bell->path);
    bell->inotify = inotify;
    bell->stop = stop;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, LISTENER_STACK);
    int rc = pthread_create(&bell->thread, &attr, listen_thread, bell);
    pthread_attr_destroy(&attr);
    if (rc) {
        bell->inotify = bell->stop = -1;
        return error_set(err, ERROR_INTERNAL, rc, "starting the thread that listens to %s", bell->path);
    }
    fd_take(&inotify);
    fd_take(&stop);
    return 0;
}

int bell_listen(struct bell *bell, struct error **err)
{
    autofd fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making an eventfd");
    pthread_mutex_lock(&bell->mutex);
    int rc = start_listening(bell, err);
    if (!rc) {
        if (bell->count == bell->capacity) {
            bell->capacity = bell->capacity ? bell->capacity * 2 : 16;
            bell->listeners = mem_regrow(bell->listeners, bell->capacity, sizeof *bell->listeners);
        }
        bell->listeners[bell->count++] = fd;
    }
    pthread_mutex_unlock(&bell->mutex);
    return rc < 0 ? -1 : fd_take(&fd);
}

void bell_unlisten(struct bell *bell, int fd)
{
    if (fd < 0)
        return;
    pthread_mutex_lock(&bell->mutex);
    for (size_t i = 0; i < bell->count; i++) {
        if (bell->listeners[i] == fd) {
            bell->listeners[i] = bell->listeners[--bell->count];
            break;
        }
    }
    pthread_mutex_unlock(&bell->mutex);
    fd_close(fd);
}
