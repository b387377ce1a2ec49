#include "core/container/attach/attach.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/container/attach/wait.h"
#include "core/container/runtime/conmon.h"

struct attach_registry {
    pthread_mutex_t lock;
    struct attach_waiter *first;
};

struct attach_registry *attach_registry_new(void)
{
    struct attach_registry *registry = mem_zalloc(sizeof *registry);
    pthread_mutex_init(&registry->lock, NULL);
    return registry;
}

void attach_registry_free(struct attach_registry *registry)
{
    if (!registry)
        return;
    pthread_mutex_destroy(&registry->lock);
    free(registry);
}

int attach_waiter_add(struct attach_registry *registry, struct attach_waiter *waiter, const char *container_id,
                      struct error **err)
{
    *waiter = (struct attach_waiter){ .container_id = container_id, .wake = eventfd(0, EFD_CLOEXEC), .socket = -1 };
    if (waiter->wake < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making an eventfd");
    pthread_mutex_lock(&registry->lock);
    waiter->next = registry->first;
    registry->first = waiter;
    pthread_mutex_unlock(&registry->lock);
    return 0;
}

void attach_waiter_remove(struct attach_registry *registry, struct attach_waiter *waiter)
{
    pthread_mutex_lock(&registry->lock);
    struct attach_waiter **at = &registry->first;
    while (*at && *at != waiter)
        at = &(*at)->next;
    if (*at)
        *at = waiter->next;
    pthread_mutex_unlock(&registry->lock);
    fd_close(fd_take(&waiter->wake));
    fd_close(fd_take(&waiter->socket));
}

bool attach_waiter_take(struct attach_registry *registry, struct attach_waiter *waiter, int *ret_socket)
{
    pthread_mutex_lock(&registry->lock);
    bool told = waiter->told;
    *ret_socket = fd_take(&waiter->socket);
    pthread_mutex_unlock(&registry->lock);
    return told;
}

/* A socket to conmon for one client, -1 when there is none to be had. */
static int connect_for(const struct attach_waiter *waiter, const char *bundle)
{
    autoerror *err = NULL;
    int socket = conmon_connect(bundle, &err);
    if (socket < 0)
        log_debug("a client that waits for %s is not attached: %s", waiter->container_id, err->message);
    autoerror *small = NULL;
    if ((waiter->rows || waiter->columns) && conmon_resize(bundle, waiter->rows, waiter->columns, &small) < 0)
        log_debug("the terminal of %s keeps its size: %s", waiter->container_id, small->message);
    return socket;
}

static void tell(struct attach_waiter *waiter, int socket)
{
    waiter->socket = socket;
    waiter->told = true;
    eventfd_write(waiter->wake, 1);
}

void attach_serve_waiting(struct attach_registry *registry, const char *container_id, const char *bundle)
{
    if (!registry)
        return;
    pthread_mutex_lock(&registry->lock);
    for (struct attach_waiter *waiter = registry->first; waiter; waiter = waiter->next) {
        if (waiter->told || strcmp(waiter->container_id, container_id))
            continue;
        tell(waiter, connect_for(waiter, bundle));
    }
    pthread_mutex_unlock(&registry->lock);
}

void attach_start_failed(struct attach_registry *registry, const char *container_id)
{
    if (!registry)
        return;
    pthread_mutex_lock(&registry->lock);
    for (struct attach_waiter *waiter = registry->first; waiter; waiter = waiter->next)
        if (!waiter->told && !strcmp(waiter->container_id, container_id))
            tell(waiter, -1);
    pthread_mutex_unlock(&registry->lock);
}

bool attach_keep_size(struct attach_registry *registry, const char *container_id, int64_t rows, int64_t columns)
{
    bool kept = false;
    if (!registry)
        return false;
    pthread_mutex_lock(&registry->lock);
    for (struct attach_waiter *waiter = registry->first; waiter; waiter = waiter->next) {
        if (waiter->told || strcmp(waiter->container_id, container_id))
            continue;
        waiter->rows = rows;
        waiter->columns = columns;
        kept = true;
    }
    pthread_mutex_unlock(&registry->lock);
    return kept;
}
