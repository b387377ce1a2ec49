#pragma once
/* Events of images. Private to core/image. */
struct arena;
struct engine;
struct error;

/* Kept with the full name, whatever dialect shows: "name" is @name, or "sha256:…" where that is NULL or empty; the labels
 * of an image that is still there go along. @id: hex */
int image_tell(struct engine *engine, struct arena *arena, const char *action, const char *id, const char *name,
               struct error **err);
