#include "core/system/repair.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/store/store.h"

static bool uses_damaged_image(const struct checking *checking, const struct container *ctr)
{
    return check_is_damaged(&checking->found.images, ctr->image_id);
}

/* Only ours: what podman or buildah made is theirs. */
static int remove_containers(struct checking *checking, struct error **err)
{
    static const struct container_remove_options options = { .force = true, .ignore = true };
    for (size_t i = 0; i < checking->ours.count; i++) {
        const struct container *ctr = checking->ours.items[i];
        if (!check_is_damaged(&checking->found.containers, ctr->id) && !uses_damaged_image(checking, ctr))
            continue;
        if (container_remove(checking->engine, ctr->id, &options, err) < 0)
            return -1;
        str_map_set(checking->arena, &checking->found.removed_containers, arena_strdup(checking->arena, ctr->id),
                    arena_strdup(checking->arena, ctr->name));
    }
    return 0;
}

static int remove_images(struct checking *checking, struct error **err)
{
    struct system_damages *removed = &checking->found.removed_images;
    removed->items = arena_array(checking->arena, checking->image_count + 1, sizeof *removed->items);
    for (size_t i = 0; i < checking->image_count; i++) {
        const struct store_image *image = &checking->images[i];
        autoerror *used = NULL;
        if (!check_is_damaged(&checking->found.images, image->id))
            continue;
        if (image_remove_damaged(checking->engine, checking->arena, image->id, &used) == 0) {
            removed->items[removed->count++] = (struct system_damage){ image->id, image->names };
        } else if (used->kind != ERROR_CONFLICT && used->kind != ERROR_NOT_FOUND) {
            *err = used;
            used = NULL;
            return -1;
        }
    }
    return 0;
}

/* The uppermost first: what stands on another is in its way. */
static int remove_layers(struct checking *checking, struct error **err)
{
    for (size_t i = checking->layer_count; i-- > 0;) {
        const char *id = checking->layers[i].id;
        autoerror *needed = NULL;
        if (!check_is_damaged(&checking->found.layers, id))
            continue;
        if (store_remove_layer(checking->engine->store, id, &needed) == 0) {
            str_list_add(checking->arena, &checking->found.removed_layers, id);
        } else if (needed->kind != ERROR_CONFLICT && needed->kind != ERROR_NOT_FOUND) {
            *err = needed;
            needed = NULL;
            return -1;
        }
    }
    return 0;
}

int system_repair(struct checking *checking, struct error **err)
{
    if (checking->options->lossy && remove_containers(checking, err) < 0)
        return -1;
    return remove_images(checking, err) < 0 ? -1 : remove_layers(checking, err);
}
