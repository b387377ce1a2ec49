#pragma once
/* From what a check has found to its repair. Private to core/system. */
#include "core/container/container.h"
#include "core/system/check.h"

struct store_container;
struct store_image;
struct store_layer;

struct checking {
    struct engine *engine;
    struct arena *arena;
    const struct system_check_options *options;
    struct container_list ours;
    struct store_container *records;
    struct store_image *images;
    struct store_layer *layers;
    size_t record_count, image_count, layer_count;
    bool *used; /* parallel to layers: an image or a container stands on it */
    struct system_check found;
};
bool check_is_damaged(const struct system_damages *damages, const char *id);
/* Removes what is damaged and may go; what did not is left in the report as it was found. */
int system_repair(struct checking *checking, struct error **err);
