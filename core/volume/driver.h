#pragma once
/*
 * What stands behind a volume's row: a directory, a mount, a container of the store or a plugin. Private to core/volume.
 * All but volume_driver_check() are called with the volume's lock held.
 */
#include <stdbool.h>

struct arena;
struct engine;
struct error;
struct volume;
struct volume_request;

/* Whether driver and options can work. ERROR_INVALID names the wrong one. */
int volume_driver_check(struct engine *engine, struct arena *arena, const struct volume_request *request,
                        struct error **err);
/* Fills what the row has to say before anything is made: its storage_id, its scope, and whether its owner is settled. */
int volume_driver_plan(struct engine *engine, struct arena *arena, struct volume *volume, struct error **err);
int volume_driver_make(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* Of one that nobody has mounted: everything that volume_driver_make() or a part of it left. */
int volume_driver_remove(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* Before that, of one that somebody wants removed: a plugin removes it, or says why not (ERROR_CONFLICT). Nothing of other
 * drivers. */
int volume_driver_give_up(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* Its content appears at the mountpoint, which a plugin chooses. Mounted already is fine. @user: whose mount it is */
int volume_driver_mount(struct engine *engine, struct arena *arena, struct volume *volume, const char *user, struct error **err);
/* Not mounted is fine. What a plugin has against it is logged: whoever had it mounted is gone. @last: nobody else has it */
int volume_driver_unmount(struct engine *engine, struct arena *arena, const struct volume *volume, const char *user, bool last,
                          struct error **err);
