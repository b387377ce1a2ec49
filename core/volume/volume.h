#pragma once
/*
 * Volumes of the local driver: directories ROOT/coracle/volumes/NAME/_data, rows in the database.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;

struct volume {
    const char *name, *driver, *mountpoint, *scope;
    int64_t created_unix_ns;
    struct str_map labels, options;
    bool anonymous;
};
/* What volume_ensure() would give, without making anything: the one that is there, or one to be made under that name.
 * @name: "" gives a random 64-hex anonymous one. @ret_volume: arena */
int volume_propose(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume,
                   struct error **err);
/* Makes it, or returns the one that is there. */
int volume_ensure(struct engine *engine, struct arena *arena, const char *name, bool anonymous,
                  const struct str_map *labels, struct volume *ret_volume, struct error **err);
int volume_find(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume, struct error **err);
/* Who mounts it. For one that is yet to be made this comes first: volume_release() removes what a crash in between
 * leaves, and finishes what a crash in itself left. */
int volume_use(struct engine *engine, const char *name, const char *container_id, struct error **err);
int volume_release(struct engine *engine, const char *container_id, bool remove_anonymous, struct error **err);
/* First use of an empty volume: copies what the image has at @target, with owners and modes. */
int volume_copy_up(const struct volume *volume, const char *rootfs, const char *target, struct error **err);
