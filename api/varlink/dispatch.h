#pragma once
/*
 * From one varlink message to its replies. No socket here: the transport (server/varlink.c, or a unit test) frames.
 *
 * Source of truth: the public protocol description of varlink; varlink.md.
 */
#include <stdbool.h>
#include <stddef.h>

#include "api/dispatch.h"

struct varlink_ops {
    /* One message: the transport adds the NUL. ERROR_CANCELLED when the client left. */
    int (*send)(void *transport, const char *json, size_t len, struct error **err);
    /* As struct sink's wait. */
    bool (*wait)(void *transport, int wake_fd, int timeout_ms);
    /* The connection leaves varlink: gives the client's descriptor (borrowed) and bytes it sent already. It closes when
     * varlink_dispatch() returns. */
    int (*upgrade)(void *transport, int *ret_fd, const void **ret_early, size_t *ret_early_len, struct error **err);
};

/* @message: without its NUL. Returns 0 to go on with the next message, -1 to close (no JSON, the client left, upgraded). */
int varlink_dispatch(const struct api *api, const char *message, size_t len, const struct varlink_ops *ops, void *transport,
                     struct arena *arena);
