#pragma once
/*
 * Volumes: rows in the database, and what a driver keeps behind them. The local driver's are directories
 * ROOT/coracle/volumes/NAME/_data.
 *
 * Making and removing is serialised per volume by a lock file (RUNROOT/coracle/volume-locks/NAME); looking takes none. A
 * row says at which stage it is, so what a kill leaves half made or half removed is shown to nobody and cleared away by
 * whoever takes the lock next, or by volume_repair().
 *
 * Every not found and conflict error is "about" a volume (error.h: noun "volume"; "volume name" when it exists already).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;
struct sink;
struct source;

#define VOLUME_ANONYMOUS_LABEL "com.docker.volume.anonymous" /* on those that Docker's clients made without a name */

struct volume {
    const char *name, *driver, *mountpoint, *scope; /* mountpoint of a plugin's: "" while nobody has it mounted */
    int64_t created_unix_ns;
    struct str_map labels, options;
    bool anonymous;     /* made for a container, goes with it */
    bool needs_copy_up; /* nobody copied an image's content in yet */
    bool needs_chown;   /* nor gave it to whom a container runs as */
    int64_t users;      /* containers that mount it when they run */
    int64_t mounts;     /* how many have it mounted now */
    bool needs_mount;   /* its content is elsewhere, and mounted while it is in use */
    int64_t uid, gid;   /* owner by its options; 0 when they say nothing */
    const char *storage_id; /* driver image: its container in the store; else "" */
};

/* ---- looking ---- */

/* ERROR_NOT_FOUND "get x: no such volume" */
int volume_find(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume, struct error **err);

/* What a plugin says of it beside its row, and where it is. Nothing for other drivers. @ret_details: to JSON; arena
 *   ERROR_NOT_FOUND  the plugin has it no more, or there is no such plugin */
int volume_ask(struct engine *engine, struct arena *arena, struct volume *volume, struct str_map *ret_details, struct error **err);
/* Where a volume is now: "" when it is a plugin's and nobody has it mounted, or when it is gone. Arena. */
const char *volume_place(struct engine *engine, struct arena *arena, const char *name);
/* local, and those that volumes have or that are configured. Arena. */
int volume_drivers(struct engine *engine, struct arena *arena, struct str_list *ret_names, struct error **err);

struct volume_filters { /* values of a key are OR (labels and options AND), keys are AND */
    struct str_list name, driver, scope, label, label_not, option, dangling, anonymous, until, after;
};
/* Filter keys of both dialects: name driver scope label label! opt dangling anonymous until after since. ERROR_INVALID
 * names an unknown key or a bad value. */
int volume_filter_add(struct arena *arena, struct volume_filters *filters, const char *key, const char *value,
                      struct error **err);
struct volume_list {
    struct volume *items; /* by name; arena */
    size_t count;
};
/* ERROR_INVALID when a filter names a volume that is not there. */
int volume_list(struct engine *engine, struct arena *arena, const struct volume_filters *filters,
                struct volume_list *ret_list, struct error **err);
/* Ids of the containers that use it. */
int volume_users(struct engine *engine, struct arena *arena, const char *name, struct str_list *ret_ids,
                 struct error **err);
/*
 * Bytes of what is in it, without a walk where possible: the number that was counted last, as long as no container had
 * the volume since; else its tree is walked and the number kept. -1 when it is not ours to count: other drivers, and
 * local volumes whose content is elsewhere (options).
 */
int volume_size(struct engine *engine, const struct volume *volume, int64_t *ret_bytes, struct error **err);

/* ---- life ---- */

struct volume_request {
    const char *name;   /* NULL or "" gives a random one of 64 hex digits */
    const char *driver; /* NULL or "" is local */
    struct str_map labels, options;
    bool anonymous;
    bool fresh; /* ERROR_CONFLICT ("volume name") when it is there already */
};
/* Makes it, or returns the one that is there; @ret_volume: arena.
 *   ERROR_INVALID    name, driver or options are wrong: named
 *   ERROR_CONFLICT   it is there with another driver or other options */
int volume_create(struct engine *engine, struct arena *arena, const struct volume_request *request,
                  struct volume *ret_volume, struct error **err);
/* What volume_create() would return, with all its errors, but nothing is made. */
int volume_propose(struct engine *engine, struct arena *arena, const struct volume_request *request,
                   struct volume *ret_volume, struct error **err);
/* ERROR_CONFLICT "remove x: volume is in use - [ids]" while containers use it, or when its plugin refuses; @force: goes here
 * though the plugin keeps it or is not there */
int volume_remove(struct engine *engine, const char *name, bool force, struct error **err);
struct volume_pruned {
    const char *name;
    int64_t bytes;
    const char *error; /* why it is still there; NULL: it is gone */
};
/* Removes those that no container uses and that match. One that its plugin keeps does not keep the others. @ret_pruned: arena */
int volume_prune(struct engine *engine, struct arena *arena, const struct volume_filters *filters,
                 struct volume_pruned **ret_pruned, size_t *ret_count, struct error **err);

/* What plugins have and we not is taken over, what they have no more is forgotten unless a container uses it. One that
 * fails does not keep the others from it. */
struct volume_reload {
    struct str_list added, removed, errors;
};
int volume_reload(struct engine *engine, struct arena *arena, struct volume_reload *ret_report, struct error **err);

/* Its content as a tar that begins with the volume's own directory; nothing is held in memory. */
int volume_export(struct engine *engine, const char *name, const struct sink *to, struct error **err);
/* Puts what a tar has, plain or compressed, over its content. What was there before a failure stays.
 *   ERROR_INVALID  the archive is damaged or hostile: names the member */
int volume_import(struct engine *engine, const char *name, const struct source *from, struct error **err);

/* ---- for containers ---- */

/* volume_create() for a container: the row that says who uses it comes first, so volume_release() removes what a crash
 * in between leaves. */
int volume_use(struct engine *engine, struct arena *arena, const struct volume_request *request, const char *container_id,
               struct error **err);
/* The container is going: its anonymous volumes that nobody else uses go with it when @remove_anonymous. */
int volume_release(struct engine *engine, const char *container_id, bool remove_anonymous, struct error **err);
/* While the container runs: counts it, and mounts what needs a mount at the first, a plugin's at each; @volume then says
 * where. Safe to repeat.
 *   ERROR_INVALID  it cannot be mounted: in mount's or the plugin's words */
int volume_mount(struct engine *engine, struct arena *arena, struct volume *volume, const char *container_id,
                 const char *target, bool readonly, struct error **err);
/* The container ended: all it has mounted. What nobody has any more is unmounted. */
int volume_unmount(struct engine *engine, const char *container_id, struct error **err);
struct volume_first_use {
    const char *rootfs; /* mounted */
    const char *target;
    bool nocopy;
    bool copy_again;    /* Docker: every new container copies into a volume that is empty */
    bool chown;         /* podman: a directory that the image has not belongs to the container's user */
    int64_t uid, gid;
};
/* The first use of an empty volume, mounted: it gets what the image has at its place, with owners and modes. */
int volume_first_use(struct engine *engine, const struct volume *volume, const struct volume_first_use *use,
                     struct error **err);
/* Clears away what kills left half made or half removed, but for what somebody is at. */
int volume_repair(struct engine *engine, struct error **err);
