#pragma once
/*
 * The bell: "something in the database changed", heard by every thread of every process of this engine.
 *
 * Whoever commits rings (a write to RUNROOT/coracle/bell, seen through inotify); who waits gets a descriptor that turns
 * readable, looks at the database again, and waits on. A ring is never lost: register first, then look, then wait.
 */
#include <stdint.h>

struct bell;
struct error;

struct bell *bell_open(const char *run_dir); /* owned; does nothing yet */
void bell_close(struct bell *bell);
int bell_ring(struct bell *bell, struct error **err);

/* An eventfd that turns readable at each ring from now on; reading it resets it. Owned by the caller until
 * bell_unlisten(); -1 with *err. */
int bell_listen(struct bell *bell, struct error **err);
void bell_unlisten(struct bell *bell, int fd); /* closes it */
