#pragma once
/* What stands behind a volume's row. Private to core/volume. */
struct arena;
struct engine;
struct error;
struct volume;
struct volume_request;

/* Whether driver and options can work. ERROR_INVALID names the wrong one. */
int volume_driver_check(struct engine *engine, struct arena *arena, const struct volume_request *request,
                        struct error **err);
/* With the volume's lock held. */
int volume_driver_make(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* With the volume's lock held, of one that nobody has mounted: everything that volume_driver_make() or a part of it left. */
int volume_driver_remove(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
