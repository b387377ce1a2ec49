#pragma once
/* A volume's lock file, RUNROOT/coracle/volume-locks/NAME: whoever makes, removes, mounts or unmounts it holds it, in any
 * process. Nobody holds two, and nobody waits for a container's with one. Private to core/volume. */
#include <stdbool.h>

struct engine;
struct error;

/* Owned descriptor: closing it releases. @wait: false gives up at once with -2 when somebody else holds it.
 * @purpose: one word */
int volume_lock(struct engine *engine, const char *name, const char *purpose, bool wait, struct error **err);
/* The file of a volume that is gone; with the lock held. */
void volume_lock_remove(struct engine *engine, const char *name);
