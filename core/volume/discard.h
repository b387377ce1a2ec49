#pragma once
/* The end of a volume. Private to core/volume. */
struct arena;
struct engine;
struct error;
struct volume;

/* With the lock held, of a row that is being made or removed: takes away what stands behind it, then the row. What was
 * never finished goes without an event. */
int volume_discard(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
/* With the lock held: says that it is being removed, unless a container but @except (NULL: any) uses it; then removes
 * it. ERROR_CONFLICT "volume is in use" */
int volume_remove_locked(struct engine *engine, struct arena *arena, const struct volume *volume, const char *except,
                         struct error **err);
