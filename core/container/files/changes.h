#pragma once
/*
 * How a container's files differ from its image. What the engine puts into every container (/etc/hosts and the like, and
 * the directories they are in) is no difference.
 */
#include <stddef.h>

struct arena;
struct container;
struct engine;
struct error;

enum container_change_kind { CONTAINER_MODIFIED, CONTAINER_ADDED, CONTAINER_DELETED }; /* Docker's and podman's numbers */
struct container_change {
    const char *path; /* absolute */
    enum container_change_kind kind;
};

#define CONTAINER_MAX_CHANGES (1u << 20)

/* In the order of the paths; arena. A directory is modified also when only something in it is. @parent: the image to
 * compare with instead of its own; NULL: its own.
 *   ERROR_NOT_FOUND  no such container, no such image
 *   ERROR_TOO_LARGE  more than CONTAINER_MAX_CHANGES */
int container_changes(struct engine *engine, struct arena *arena, const char *key, const char *parent,
                      struct container_change **ret_changes, size_t *ret_count, struct error **err);

/* Whether a path ("etc/hosts") is one that the engine, not the container, puts there. */
int container_own_file(const char *path);
