#pragma once
/*
 * A sink: where a core function that produces a stream puts it. The api makes one from a call, tests from a buffer.
 * Everything is called on the producer's thread; no lock of a container or of the store may be held meanwhile.
 */
#include <stdbool.h>
#include <stddef.h>

struct error;

struct sink {
    void *context;
    /* All of it, or -1 with *err (ERROR_CANCELLED when the client left). */
    int (*write)(void *context, const void *data, size_t len, struct error **err);
    /* Sleeps until @wake_fd is readable (-1: none), @timeout_ms passed (-1: for ever) or the client left.
     * false: stop, the client left or the server drains. */
    bool (*wait)(void *context, int wake_fd, int timeout_ms);
};

/* A source: where a core function reads a stream from. Returns bytes, 0 at the end, -1 with *err. */
struct source {
    void *context;
    long (*read)(void *context, void *into, size_t len, struct error **err);
};
