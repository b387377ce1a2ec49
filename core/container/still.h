#pragma once
/* A container that stands still for a while: paused by us and for us. Who dies meanwhile is noted, so that it does not stand
 * still for ever (container_root_repair()). Private to core/container. */
#include <stdbool.h>

struct arena;
struct container;
struct engine;
struct error;

#define CONTAINER_STILL_MARK ":paused" /* behind the name of the job */

struct container_still {
    struct engine *engine;
    const struct container *ctr; /* borrowed */
    const char *user;            /* NULL: it did not have to be paused */
};

/* @wanted: false does nothing; so does one that does not run, or is paused already. @ret_still: to be ended after success */
int container_still_begin(struct engine *engine, struct arena *arena, const struct container *ctr, bool wanted,
                          struct container_still *ret_still, struct error **err);
void container_still_end(struct container_still *still);
/* What is frozen gets a signal, and dies, only once it goes on. Nothing of one that is not paused; needs no lock, and leaves the
 * row to whoever records the end. */
void container_thaw(struct engine *engine, const struct container *ctr);
/* With its lock held, of one that is paused: it goes on. */
int container_wake(struct engine *engine, const struct container *ctr, struct error **err);
