#pragma once
/*
 * Mounts with a layer above their source that takes the changes: an overlay. The layer is the start's own, below the
 * container's directory, and thrown away at its end; or directories of the host's, `upperdir=` and `workdir=` among the
 * mount's options, which stay. Private to core/container.
 *
 * Source of truth: filesystems/overlayfs.rst; podman-run(1), "Overlay Volume Mounts".
 */
#include <stddef.h>

struct arena;
struct container;
struct container_mount;
struct engine;
struct error;

/* At create: ERROR_INVALID names the option. */
int layered_check(const struct container_mount *mount, struct error **err);
/* Mounts it at @place, a directory. @fd: the source, borrowed; @i: which mount of the container's */
int layered_mount(struct engine *engine, struct arena *arena, const struct container *ctr, size_t i, int fd, const char *place,
                  struct error **err);
/* The same of a root that is a directory of the host's; its layer stays, and goes with the container, as podman's does. */
int layered_mount_root(struct engine *engine, struct arena *arena, const struct container *ctr, int fd, const char *place,
                       struct error **err);
/* Throws a layer of the container's own away; none is fine. */
void layered_discard(struct engine *engine, struct arena *arena, const struct container *ctr, size_t i);
