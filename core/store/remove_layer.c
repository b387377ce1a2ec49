#include <string.h>

#include "core/base/fd.h"
#include "core/store/internal.h"

static bool mention(const struct draft *draft, const char *layer)
{
    for (size_t i = 0; i < draft->count; i++)
        if (record_mentions(draft->items[i], layer))
            return true;
    return false;
}

/* Its own record is one that mentions it. */
static int has_child(struct draft *layers, const char *id, struct error **err)
{
    for (size_t i = 0; i < layers->count; i++) {
        if (!record_mentions(layers->items[i], id))
            continue;
        const struct store_layer *layer = document_value(layers->document, layers->items[i], err);
        if (!layer)
            return -1;
        if (str_eq(layer->parent, id))
            return 1;
    }
    return 0;
}

static int is_needed(struct store *store, struct layer_drafts *layers, const char *id, struct error **err)
{
    autodraft images = { 0 }, containers = { 0 }, brief = { 0 };
    if (draft_open(&images, &store->images, err) < 0 || draft_open(&containers, &store->containers, err) < 0 ||
        draft_open(&brief, &store->volatile_containers, err) < 0)
        return -1;
    if (mention(&images, id) || mention(&containers, id) || mention(&brief, id))
        return 1;
    int child = has_child(&layers->stable, id, err);
    return child ? child : has_child(&layers->brief, id, err);
}

int store_remove_layer(struct store *store, const char *id, struct error **err)
{
    if (store_check_id(id, "layer", err) < 0)
        return -1;
    autostaging trash = STAGING(store);
    autofd layers_lock = locks_take(store, LOCK_LAYERS, err);
    autofd images_lock = layers_lock < 0 ? -1 : locks_take(store, LOCK_IMAGES, err);
    autofd containers_lock = images_lock < 0 ? -1 : locks_take(store, LOCK_CONTAINERS, err);
    if (containers_lock < 0)
        return -1;
    autolayerdrafts layers = { 0 };
    if (layer_drafts_open(store, layers_lock, &trash, &layers, err) < 0)
        return -1;
    struct error *failed = NULL;
    if (!layer_drafts_find(&layers, id, &failed)) {
        if (failed) {
            *err = failed;
            return -1;
        }
        return error_set_about(err, ERROR_NOT_FOUND, "layer", id, "layer %s: not in the store", id);
    }
    int needed = is_needed(store, &layers, id, err);
    if (needed)
        return needed < 0 ? -1 : error_set_about(err, ERROR_CONFLICT, "layer", id, "layer %s is in use", id);
    /* Flagged first: whoever loads the list after a crash goes on with the deleting. */
    if (layer_drafts_flag(&layers, id, err) < 0 || layer_drafts_save(&layers, layers_lock, err) < 0 ||
        layer_throw(store, &trash, id, err) < 0 || layer_drafts_remove(&layers, id, err) < 0)
        return -1;
    return layer_drafts_save(&layers, layers_lock, err);
}
