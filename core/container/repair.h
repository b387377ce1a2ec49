#pragma once
/*
 * Finishing or undoing what a kill at any moment left behind. Private to core/container, but container_repair_all() may be
 * called by anyone: it looks once per process.
 */
#include <stdbool.h>

struct container;
struct engine;
struct error;

/* With the container's lock held: makes the row say what is, and removes what no row speaks of. Returns the present
 * snapshot, owned; NULL with ERROR_NOT_FOUND when the container was only half made or half removed. */
struct container *container_repair(struct engine *engine, const char *id, struct error **err);
/* Every container and exec session that is in the middle of something, but for those whose lock somebody holds; once
 * per process, cheap afterwards. Those that looking finds in need of their restart policy get it from a process of
 * their own. */
int container_repair_all(struct engine *engine, struct error **err);
/* Of one that was just looked at without a lock: when its row says that it runs and nothing of it is there any more, its
 * end is recorded. True when the row has changed. Costs a system call while it runs. */
bool container_repair_orphan(struct engine *engine, const struct container *ctr);
/* Removes every trace of a container that was never finished. */
void container_discard(struct engine *engine, const char *id);
