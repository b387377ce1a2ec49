#pragma once
/* Names for containers that come without one, and names that are taken. Private to core/container. */
struct arena;
struct engine;
struct error;

/* "quiet_harbor": two words; arena. */
const char *container_random_name(struct arena *arena, unsigned attempt);
/* ERROR_CONFLICT instead of what *err says: whose name it is. Returns -1. */
int container_name_in_use(struct engine *engine, const char *name, struct error **err);
