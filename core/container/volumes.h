#pragma once
/* The mounts of a container: from what was asked to host paths. Private to core/container. */
struct arena;
struct container;
struct container_effective;
struct container_mount;
struct container_spec;
struct engine;
struct error;
struct image;
struct volume;

/* At create: checks targets, names volumes (the image's too) without making them, takes volumes_from over. */
int container_resolve_mounts(struct engine *engine, struct arena *arena, const struct container_spec *spec, const struct image *image,
                             struct container_effective *effective, struct error **err);
/* Makes those volumes that are not there, each after the row that says who uses it: once the container has its own row.
 */
int container_make_volumes(struct engine *engine, struct arena *arena, const struct container_effective *effective,
                           const char *id, struct error **err);
/* At start: bind sources are there, volumes and images are mounted, new volumes get the image's content. @rootfs: mounted;
 * @userns: the container's own user namespace, -1 for none
 * @ret_sources: beside mounts: what to mount instead of the mount's source, or NULL; arena */
int container_prepare_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, const char *rootfs,
                             int userns, const char *const **ret_sources, struct error **err);
/* The first use of a volume that is mounted: it gets what the image has at its place, and its owner. */
int container_use_volume(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_mount *mount,
                         const struct volume *volume, const char *rootfs, struct error **err);
/* At the end, of one that may never have come that far: unmounts what nobody needs any more. */
int container_release_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err);
