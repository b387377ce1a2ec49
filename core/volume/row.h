#pragma once
/* Rows of volumes. Everything here is called with the database locked. Private to core/volume. */
#include "core/state/state.h"
#include "core/volume/volume.h"

enum volume_stage { VOLUME_READY, VOLUME_MAKING, VOLUME_REMOVING };

#define VOLUME_ROWS                                                                                                     \
    "SELECT name, created, labels, options, anonymous, driver, copied, chowned, stage,"                                 \
    " (SELECT count(*) FROM volume_users WHERE volume = name), (SELECT count(*) FROM volume_mounts WHERE volume = name)," \
    " storage_id, scope, (SELECT max(mountpoint) FROM volume_mounts WHERE volume = name) FROM volumes"

/* Of a statement that began with VOLUME_ROWS. Arena. */
void volume_row_read(struct engine *engine, struct arena *arena, sqlite3_stmt *stmt, struct volume *ret_volume);
/* 1 and the volume with its stage, 0 there is none, -1 with *err. */
int volume_row_find(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume,
                    enum volume_stage *ret_stage, struct error **err);
/* Writes it as being made. ERROR_TOO_LARGE when labels or options are. */
int volume_row_insert(struct engine *engine, const struct volume *volume, struct error **err);
/* In a transaction: the event with what every event of a volume says. */
int volume_row_event(struct engine *engine, const struct volume *volume, const char *action, struct error **err);
/* Appends the ids of who uses it. */
int volume_row_users(struct engine *engine, struct arena *arena, const char *name, struct str_list *ids,
                     struct error **err);
/* … and of imports and exports that are under way. */
int volume_row_jobs(struct engine *engine, struct arena *arena, const char *name, struct str_list *ids, struct error **err);
/* Its driver mounts it for somebody whose row in volume_mounts is there; with the volume's lock held, not the database's. A
 * plugin is asked once for each user. */
int volume_mount_for(struct engine *engine, struct arena *arena, struct volume *volume, const char *user, struct error **err);
/* What a row that is not there yet would say. */
void volume_describe(struct engine *engine, struct arena *arena, const struct volume_request *request,
                     const char *name, struct volume *ret_volume);
