#pragma once
/*
 * A container's lock file, RUNROOT/coracle/locks/ID: whoever changes the container holds it, in any process. What it is
 * held for stands inside, for diagnostics. Private to core/container.
 */
struct engine;
struct error;

/* Owned descriptor: closing it releases. Waits as long as it takes. @purpose: one word */
int container_lock(struct engine *engine, const char *id, const char *purpose, struct error **err);
/* The same, but gives up at once: -2 when somebody else holds it. */
int container_lock_try(struct engine *engine, const char *id, const char *purpose, struct error **err);
/* The file of a container that is gone. */
void container_lock_remove(struct engine *engine, const char *id);
