#include <string.h>

#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/store/internal.h"

/* Everything an image's removal changes, all locks held. */
struct removal {
    struct store *store;
    const char *image_id;
    int layers_lock, images_lock;
    struct staging *trash;
    struct layer_drafts layers;
    struct draft images, containers, brief_containers;
};

static void removal_cleanup(struct removal *removal)
{
    layer_drafts_cleanup(&removal->layers);
    draft_cleanup(&removal->images);
    draft_cleanup(&removal->containers);
    draft_cleanup(&removal->brief_containers);
}

static int list_users(struct arena *arena, struct draft *containers, const char *image_id, struct str_list *users,
                      struct error **err)
{
    for (size_t i = 0; i < containers->count; i++) {
        if (!record_mentions(containers->items[i], image_id))
            continue;
        const struct store_container *container = document_value(containers->document, containers->items[i], err);
        if (!container)
            return -1;
        if (str_eq(container->image, image_id))
            str_list_add(arena, users,
                         arena_strdup(arena, container->names.count ? container->names.items[0] : container->id));
    }
    return 0;
}

static int check_unused(struct removal *removal, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list users = { 0 };
    if (list_users(arena, &removal->containers, removal->image_id, &users, err) < 0 ||
        list_users(arena, &removal->brief_containers, removal->image_id, &users, err) < 0)
        return -1;
    if (!users.count)
        return 0;
    return error_set_about(err, ERROR_CONFLICT, "image", removal->image_id, "image %s is used by %s %s",
                           removal->image_id, users.count == 1 ? "container" : "containers",
                           str_join(arena, &users, ", "));
}

static bool containers_use_layer(const struct draft *containers, const char *layer)
{
    for (size_t i = 0; i < containers->count; i++)
        if (record_mentions(containers->items[i], layer))
            return true;
    return false;
}

/* Whether a layer that is not on its way out stands on this one: 1, 0, -1 */
static int has_child(struct draft *layers, const char *id, const struct str_list *doomed, struct error **err)
{
    for (size_t i = 0; i < layers->count; i++) {
        if (!record_mentions(layers->items[i], id))
            continue;
        const struct store_layer *layer = document_value(layers->document, layers->items[i], err);
        if (!layer)
            return -1;
        if (str_eq(layer->parent, id) && !str_list_has(doomed, layer->id))
            return 1;
    }
    return 0;
}

static int is_needed(struct removal *removal, const char *id, const struct str_list *doomed, struct error **err)
{
    if (containers_use_layer(&removal->containers, id) || containers_use_layer(&removal->brief_containers, id))
        return 1;
    int needed = images_use_layer(&removal->images, removal->image_id, id, err);
    if (!needed)
        needed = has_child(&removal->layers.stable, id, doomed, err);
    if (!needed)
        needed = has_child(&removal->layers.brief, id, doomed, err);
    return needed;
}

/* From the top down to the first one that somebody else needs. */
static int list_doomed(struct removal *removal, struct arena *arena, const char *top, struct str_list *doomed,
                       struct error **err)
{
    struct error *failed = NULL;
    for (const char *id = top; !str_empty(id);) {
        const struct store_layer *layer = layer_drafts_find(&removal->layers, id, &failed);
        if (!layer)
            break;
        int needed = is_needed(removal, id, doomed, &failed);
        if (needed)
            break;
        if (store_check_id(id, "layer", &failed) < 0)
            break;
        str_list_add(arena, doomed, arena_strdup(arena, id));
        id = arena_strdup(arena, layer->parent);
    }
    if (failed)
        *err = failed;
    return failed ? -1 : 0;
}

/* Flagged first: whoever loads the list after a crash goes on with the deleting. */
static int remove_layers(struct removal *removal, const struct str_list *doomed, struct error **err)
{
    for (size_t i = 0; i < doomed->count; i++)
        if (layer_drafts_flag(&removal->layers, doomed->items[i], err) < 0)
            return -1;
    if (layer_drafts_save(&removal->layers, removal->layers_lock, err) < 0)
        return -1;
    for (size_t i = 0; i < doomed->count; i++)
        if (layer_throw(removal->store, removal->trash, doomed->items[i], err) < 0 ||
            layer_drafts_remove(&removal->layers, doomed->items[i], err) < 0)
            return -1;
    return layer_drafts_save(&removal->layers, removal->layers_lock, err);
}

static int remove_all(struct removal *removal, struct arena *arena, struct str_list *ret_layers, struct error **err)
{
    struct store *store = removal->store;
    long at = document_find(&store->images, removal->images.items, removal->images.count, removal->image_id, err);
    if (at == -1)
        return error_set_about(err, ERROR_NOT_FOUND, "image", removal->image_id, "image %s: not in the store",
                               removal->image_id);
    const struct store_image *image = at < 0 ? NULL : document_value(&store->images, removal->images.items[at], err);
    struct str_list doomed = { 0 };
    if (!image || check_unused(removal, err) < 0 || list_doomed(removal, arena, image->layer, &doomed, err) < 0)
        return -1;
    draft_remove(&removal->images, (size_t)at);
    autofree char *directory = store_path(store, "overlay-images/%s", removal->image_id);
    if (draft_save(&removal->images, removal->images_lock, err) < 0 || path_remove_tree(directory, err) < 0)
        return -1;
    if (doomed.count && remove_layers(removal, &doomed, err) < 0)
        return -1;
    if (ret_layers)
        *ret_layers = doomed;
    return 0;
}

int store_remove_image(struct store *store, struct arena *arena, const char *image_id, struct str_list *ret_layers,
                       struct error **err)
{
    if (store_check_id(image_id, "image", err) < 0)
        return -1;
    autostaging trash = STAGING(store);
    autofd layers = locks_take(store, LOCK_LAYERS, err);
    autofd images = layers < 0 ? -1 : locks_take(store, LOCK_IMAGES, err);
    autofd containers = images < 0 ? -1 : locks_take(store, LOCK_CONTAINERS, err);
    if (containers < 0)
        return -1;
    __attribute__((cleanup(removal_cleanup))) struct removal removal = {
        .store = store, .image_id = image_id, .layers_lock = layers, .images_lock = images, .trash = &trash };
    if (layer_drafts_open(store, layers, &trash, &removal.layers, err) < 0 ||
        draft_open(&removal.images, &store->images, err) < 0 ||
        draft_open(&removal.containers, &store->containers, err) < 0 ||
        draft_open(&removal.brief_containers, &store->volatile_containers, err) < 0)
        return -1;
    return remove_all(&removal, arena, ret_layers, err);
}
