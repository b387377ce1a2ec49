#pragma once
/* Records of the store by what a client typed, without reading documents. Private to core/image. */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct engine;
struct error;
struct store_image;

struct image_records {
    struct store_image *items;
    size_t count;
};
int image_read_records(struct engine *engine, struct arena *arena, struct image_records *ret_records, struct error **err);
/* As image_find(). */
const struct store_image *image_look_up(struct arena *arena, const struct image_records *records, const char *key, bool docker, struct error **err);
