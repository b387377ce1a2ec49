#include "server/drain.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "server/connection.h"

struct drain {
    int fd;
    atomic_bool begun;
    pthread_mutex_t lock; /* of the list */
    struct connection *cut;
};

struct drain *drain_new(struct error **err)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        error_set(err, ERROR_INTERNAL, errno, "making an eventfd");
        return NULL;
    }
    struct drain *drain = mem_zalloc(sizeof *drain);
    drain->fd = fd;
    pthread_mutex_init(&drain->lock, NULL);
    return drain;
}

void drain_free(struct drain *drain)
{
    if (!drain)
        return;
    fd_close(drain->fd);
    pthread_mutex_destroy(&drain->lock);
    free(drain);
}

int drain_fd(const struct drain *drain)
{
    return drain->fd;
}

bool drain_begun(const struct drain *drain)
{
    return atomic_load(&drain->begun);
}

void drain_begin(struct drain *drain)
{
    pthread_mutex_lock(&drain->lock);
    atomic_store(&drain->begun, true);
    for (struct connection *at = drain->cut; at; at = at->next_cut)
        shutdown(at->fd, SHUT_RDWR);
    pthread_mutex_unlock(&drain->lock);
    eventfd_write(drain->fd, 1);
}

void drain_cut(struct drain *drain, struct connection *connection)
{
    pthread_mutex_lock(&drain->lock);
    connection->next_cut = drain->cut;
    drain->cut = connection;
    if (drain_begun(drain))
        shutdown(connection->fd, SHUT_RDWR);
    pthread_mutex_unlock(&drain->lock);
}

void drain_forget(struct drain *drain, struct connection *connection)
{
    pthread_mutex_lock(&drain->lock);
    for (struct connection **at = &drain->cut; *at; at = &(*at)->next_cut) {
        if (*at != connection)
            continue;
        *at = connection->next_cut;
        break;
    }
    pthread_mutex_unlock(&drain->lock);
}
