#pragma once
/*
 * Paths: what is ours by plain path, what belongs to a container or a layer only through a descriptor of its root and
 * openat2(RESOLVE_IN_ROOT), so no symlink of theirs leads out of it.
 */
#include <stdbool.h>
#include <sys/types.h>

struct arena;
struct buf;
struct error;

/* Ours */
int path_mkdirs(const char *path, mode_t mode, struct error **err); /* mkdir -p; an existing directory is fine */
/* Whole file, at most @max bytes. ERROR_NOT_FOUND when it is missing. Owned NUL-terminated text. */
char *path_read(const char *path, size_t max, size_t *ret_len, struct error **err); /* ret_len may be NULL */
/* Temporary file in the same directory, rename. @durable: fdatasync before the rename. */
int path_write_atomic(const char *path, const void *data, size_t len, mode_t mode, bool durable, struct error **err);
/* The same, by somebody who holds a lock that keeps other writers off: what a killed one left is written over, not kept. */
int path_write_atomic_alone(const char *path, const void *data, size_t len, mode_t mode, bool durable, struct error **err);
/* Overwrites in place (bind-mounted files must keep their inode). */
int path_write_inplace(const char *path, const void *data, size_t len, mode_t mode, struct error **err);
/* Removes a tree, mount points not crossed; a missing one is fine. */
int path_remove_tree(const char *path, struct error **err);
bool path_exists(const char *path);
size_t path_count(const char *path); /* entries of a directory, hidden ones not; 0 when it cannot be read */

/* Theirs: @path is resolved as if @root were "/"; absolute and ".." stay inside. Return a descriptor or -1 with errno. */
int path_open_in(int root, const char *path, int flags, mode_t mode);
/* The same, but what would lead out of @root is EXDEV rather than turned back. */
int path_open_beneath(int root, const char *path, int flags);
/* mkdir -p inside @root; opens the last directory. -1 with errno. */
int path_mkdirs_in(int root, const char *path, mode_t mode);
/* Where the links in @path lead to, as text and as far as there is something. To be shown: by the time it is used it may
 * lead elsewhere. Arena. */
const char *path_follow_in(struct arena *arena, int root, const char *path);

/* Clean absolute form: no ".", "..", double or trailing slashes, as Go's path.Clean("/" + p). Arena. */
char *path_clean(struct arena *arena, const char *path);
const char *path_base(const char *path); /* what follows the last slash; borrowed */
