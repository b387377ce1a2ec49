#pragma once
/*
 * Bind mounts that are kept below a directory (`beneath`): who made them may write there, so that any part of the path
 * can become a link at any time. The source is opened by the kernel's own rule against leaving (RESOLVE_BENEATH), each
 * time the container starts, and what was opened is what the runtime mounts. Private to core/container.
 */
struct arena;
struct container;
struct container_mount;
struct error;

/* At create: ERROR_FORBIDDEN when it leads out; one that is missing is fine. */
int confined_check(const struct container_mount *mount, struct error **err);
/* At create, after the check: it is there, or is made when the mount asks for that. */
int confined_make(const struct container_mount *mount, struct error **err);
/* The source itself, as it is now (O_PATH); -1 with errno. */
int confined_open(const struct container_mount *mount);
/* The same; ERROR_FORBIDDEN when it leads out, ERROR_INVALID when it is missing. */
int confined_find(const struct container_mount *mount, struct error **err);

/* At start: puts what is confined where the runtime can take it from. @run_dir: the container's; @ret_sources: beside its
 * mounts, where each is, or NULL. Arena. */
int confined_stage(struct arena *arena, const struct container *ctr, const char *run_dir, const char *const **ret_sources,
                   struct error **err);
/* Once the runtime has made its mounts, or never will; nothing there is fine. */
void confined_unstage(const char *run_dir);
