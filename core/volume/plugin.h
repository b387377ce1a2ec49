#pragma once
/*
 * Volumes of plugins: programs that speak Docker's volume plugin protocol (plugin_places.h says where they are). Each
 * question has the deadline of volume_plugin_timeout in containers.conf. Private to core/volume.
 *
 * What a plugin refuses is ERROR_INVALID in its own words; one that is not there is ERROR_NOT_FOUND "volume driver"; one
 * that cannot be reached or does not answer in time is ERROR_INTERNAL.
 */
#include <stdbool.h>

struct arena;
struct engine;
struct error;
struct plugin_answer;
struct plugin_volume;
struct str_map;
struct volume;

/* Whether a plugin, and not we, stands behind volumes of that driver. */
bool plugin_is(const char *driver);
/* It is there and makes volumes. @ret_scope: "local" or "global"; static */
int plugin_check(struct engine *engine, struct arena *arena, const char *driver, const char **ret_scope, struct error **err);
/* One that the plugin has already stays as it is. */
int plugin_make(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* One that the plugin has not is fine. ERROR_CONFLICT when it refuses. */
int plugin_remove(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* @user: whose mount it is; @ret_mountpoint: a directory; arena */
int plugin_mount(struct engine *engine, struct arena *arena, const struct volume *volume, const char *user,
                 const char **ret_mountpoint, struct error **err);
int plugin_unmount(struct engine *engine, struct arena *arena, const struct volume *volume, const char *user, struct error **err);
/* What the plugin says of it, with the place where it is or would be mounted. ERROR_NOT_FOUND when it has none. */
int plugin_inspect(struct engine *engine, struct arena *arena, const struct volume *volume, struct plugin_volume *ret_seen,
                   struct error **err);
/* Its volumes: answer->volumes. */
int plugin_list(struct engine *engine, struct arena *arena, const char *driver, struct plugin_answer **ret_answer,
                struct error **err);
