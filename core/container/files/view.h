#pragma once
/*
 * A container's files as its processes see them, with volumes, binds and tmpfs in their places: of one that runs through
 * its own mount namespace, of one that does not in a namespace that is made for this and ends with it. Nothing is locked
 * while a view is open: the container may start, end or be removed meanwhile.
 *
 * Paths are resolved from `root` with openat2 (core/base/path.h, "theirs"). Private to core/container.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct container;
struct engine;
struct error;
struct volume;
struct volume_job;

struct container_view {
    struct engine *engine;
    struct container *ctr; /* as it was when the view was opened */
    int root;              /* O_PATH */
    int namespace;         /* keeps its mounts together */
    int held;              /* the root of one that runs, so that it stays when that ends; else -1 */
    const char *rootfs;    /* path of the root without what is mounted in it; arena */
    const char *user;      /* by which the root is held; NULL: the container runs */
    struct volume_job *jobs; /* volumes that are mounted for it */
    struct volume *volumes;
    size_t job_count;
};

/* @ret_view: container_view_close() in any case. @ctr: as container_find() gave it; borrowed */
int container_view_open(struct engine *engine, struct arena *arena, const struct container *ctr, struct container_view *ret_view,
                        struct error **err);
void container_view_close(struct container_view *view);
/* Makes the container's own ids of those that its files have in the view: for pack_options and alike. NULL when they are
 * the same already, as of one that does not run. What it is given is view->ctr->spec. */
typedef void container_view_owner(const void *spec, uid_t *uid, gid_t *gid);
container_view_owner *container_view_mapping(const struct container_view *view);

/* One that does not run; with its lock held, and view->ctr and user set. */
int container_view_assemble(struct arena *arena, struct container_view *view, struct error **err);
