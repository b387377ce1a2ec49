#include <stdio.h>
#include <string.h>

#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/store/bigdata.h"
#include "core/store/internal.h"

#define MAX_DATA (64u << 20)

int store_images(struct store *store, struct arena *arena, struct store_image **ret_images, size_t *ret_count,
                 struct error **err)
{
    struct snapshot *snapshot = document_read(&store->images, err);
    if (!snapshot)
        return -1;
    struct store_image *list = arena_array(arena, snapshot->count, sizeof *list);
    int rc = 0;
    for (size_t i = 0; i < snapshot->count && !rc; i++) {
        const struct store_image *value = document_value(&store->images, snapshot->items[i], err);
        if (value)
            list[i] = value_copy_image(arena, value);
        else
            rc = -1;
    }
    if (!rc) {
        *ret_images = list;
        *ret_count = snapshot->count;
    }
    document_release(&store->images, snapshot);
    return rc;
}

struct store_image *store_image(struct store *store, struct arena *arena, const char *id, struct error **err)
{
    struct snapshot *snapshot = document_read(&store->images, err);
    if (!snapshot)
        return NULL;
    struct store_image *image = NULL;
    long at = document_find(&store->images, snapshot->items, snapshot->count, id, err);
    if (at >= 0) {
        image = arena_zalloc(arena, sizeof *image);
        *image = value_copy_image(arena, document_value(&store->images, snapshot->items[at], err));
    } else if (at == -1) {
        error_set_about(err, ERROR_NOT_FOUND, "image", id, "image %s: not in the store", id);
    }
    document_release(&store->images, snapshot);
    return image;
}

uint64_t store_images_version(struct store *store, struct error **err)
{
    struct snapshot *snapshot = document_read(&store->images, err);
    uint64_t version = snapshot ? snapshot->version : 0;
    document_release(&store->images, snapshot);
    return version;
}

char *store_image_data(struct store *store, struct arena *arena, const char *image_id, const char *key, size_t *ret_len,
                       struct error **err)
{
    if (store_check_id(image_id, "image", err) < 0)
        return NULL;
    autofree char *name = bigdata_file_name(key);
    autofree char *path = store_path(store, "overlay-images/%s/%s", image_id, name);
    autoerror *failure = NULL;
    size_t len;
    autofree char *data = path_read(path, MAX_DATA, &len, &failure);
    if (!data) {
        enum error_kind kind = failure->kind == ERROR_NOT_FOUND ? ERROR_NOT_FOUND : ERROR_INTERNAL;
        error_set_about(err, kind, "image", image_id, "image %s: its %s: %s", image_id, key, failure->message);
        return NULL;
    }
    *ret_len = len;
    return arena_strndup(arena, data, len);
}

int images_use_layer(const struct draft *images, const char *except, const char *layer, struct error **err)
{
    for (size_t i = 0; i < images->count; i++) {
        if (!record_mentions(images->items[i], layer))
            continue;
        const struct store_image *image = document_value(images->document, images->items[i], err);
        if (!image)
            return -1;
        if (strcmp(image->id, except))
            return 1;
    }
    return 0;
}

/* ---- names ---- */

static int edit_names(struct store *store, const char *image_id, const struct str_list *names, const char *add,
                      const char *drop, struct error **err)
{
    autofd lock = locks_take(store, LOCK_IMAGES, err);
    autodraft draft = { 0 };
    if (lock < 0 || draft_open(&draft, &store->images, err) < 0)
        return -1;
    long at = document_find(&store->images, draft.items, draft.count, image_id, err);
    if (at == -1)
        return error_set_about(err, ERROR_NOT_FOUND, "image", image_id, "image %s: not in the store", image_id);
    const struct store_image *image = at < 0 ? NULL : document_value(&store->images, draft.items[at], err);
    if (!image)
        return -1;
    autoarena *arena = arena_new();
    struct str_list wanted = { 0 };
    const struct str_list *from = names ? names : &image->names;
    for (size_t i = 0; i < from->count; i++)
        if (!str_eq(from->items[i], drop) && !str_list_has(&wanted, from->items[i]))
            str_list_add(arena, &wanted, from->items[i]);
    if (add && !str_list_has(&wanted, add))
        str_list_add(arena, &wanted, add);
    size_t len;
    autofree char *text = names_edit(&store->images, draft.items[at], &wanted, &len, err);
    if (!text || names_take(&draft, image_id, &wanted, err) < 0)
        return -1;
    draft_replace(&draft, (size_t)at, text, len);
    return draft_save(&draft, lock, err);
}

int store_set_image_names(struct store *store, const char *image_id, const struct str_list *names, struct error **err)
{
    return edit_names(store, image_id, names, NULL, NULL, err);
}

int store_change_image_name(struct store *store, const char *image_id, const char *add, const char *drop,
                            struct error **err)
{
    return edit_names(store, image_id, NULL, add, drop, err);
}
