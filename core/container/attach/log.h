#pragma once
/* Attaching with logs=1: what was said before, and with a stream what is said from now on. Private to core/container.
 */
#include <stdbool.h>

#include "core/container/attach/pump.h"
#include "core/container/attach/wait.h"

struct container;
struct container_attach_query;
struct engine;
struct error;

struct attachment {
    struct engine *engine;
    const struct container *ctr;
    const char *bundle;
    const struct container_attach_query *query;
    struct pump pump;
    struct attach_waiter waiter;
};

bool attach_log_exists(const struct attachment *attachment);
/* The log as it is now. */
int attach_send_log(struct attachment *attachment, struct error **err);
/*
 * Log and stream of a container that runs, with nothing lost or doubled where they meet: all output comes from the log,
 * which is followed; the socket carries the client's input only.
 */
int attach_follow_log(struct attachment *attachment, struct error **err);
