#pragma once
/* The end of a volume. Private to core/volume. */
struct arena;
struct engine;
struct error;
struct volume;

/* With the lock held, of a row that is being made or removed: takes away what stands behind it, then the row. What was
 * never finished goes without an event. A plugin that keeps one is logged. */
int volume_discard(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err);
