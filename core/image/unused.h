#pragma once
/* Removing what nobody uses, whatever it is called. Private to core/image. */
#include <stdbool.h>

struct arena;
struct engine;
struct error;
struct image_removal;
struct store_image;

/* The image with all its names. ERROR_CONFLICT when a container uses it, of whatever program. */
int image_remove_unused(struct engine *engine, struct arena *arena, const struct store_image *record, bool docker,
                        struct image_removal *ret_removal, struct error **err);
