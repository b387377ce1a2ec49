#pragma once
/*
 * Who has a container's root mounted besides its own run: clients that asked for it, and what this engine does with its
 * files. The mount stays until the last of them lets go. Private to core/container.
 */
#include <stdbool.h>

struct arena;
struct container;
struct engine;
struct error;

#define CONTAINER_ROOT_CLIENT "client" /* the user that clients are counted as; others are jobs of process.h */

/* With the container's lock held. @ret_path: arena */
int container_root_hold(struct engine *engine, struct arena *arena, const struct container *ctr, const char *user, const char **ret_path,
                        struct error **err);
/* With the lock held, for its own run: of its image's layers, or the directory that it has instead. @userns: of the mapping,
 * -1 for none. ERROR_INVALID names a directory that is missing */
int container_root_mount(struct engine *engine, struct arena *arena, const struct container *ctr, int userns, const char **ret_path,
                         struct error **err);
/* With the lock held: one time less, and unmounts it when nobody has it any more. */
int container_root_let_go(struct engine *engine, const struct container *ctr, const char *user, struct error **err);
/* With the lock held, of one that does not run any more: unmounts it unless somebody has it. */
int container_root_unmount(struct engine *engine, const char *id, struct error **err);
/* How often clients have it mounted. */
int container_root_clients(struct engine *engine, const char *id, long long *ret_times, struct error **err);
/* Whether its run has it mounted. */
bool container_root_runs(const struct container *ctr);
/* Lets go for those who died. */
int container_root_repair(struct engine *engine, struct error **err);
