#pragma once
/* One client in the registry of attach.h. Private to core/container. */
#include <stdbool.h>
#include <stdint.h>

struct attach_registry;
struct error;

struct attach_waiter {
    struct attach_waiter *next;
    const char *container_id; /* borrowed while it waits */
    int wake;   /* eventfd, readable once served or told of a failure */
    int socket; /* connected to conmon; -1 before, and when it could not be */
    int64_t rows, columns; /* first size of the terminal; 0: nobody said */
    bool told;  /* a start came: socket says how it went */
};
/* Puts the client in line. Must come before the client may learn that it is attached. */
int attach_waiter_add(struct attach_registry *registry, struct attach_waiter *waiter, const char *container_id,
                      struct error **err);
/* Takes it out. Closes a socket that nobody took. Safe to call twice. */
void attach_waiter_remove(struct attach_registry *registry, struct attach_waiter *waiter);
/* True once told; *ret_socket: the connected socket, now the caller's, or -1. */
bool attach_waiter_take(struct attach_registry *registry, struct attach_waiter *waiter, int *ret_socket);
