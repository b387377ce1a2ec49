#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/path.h"
#include "core/store/bigdata.h"
#include "core/store/internal.h"
#include "core/store/records.h"
#include "core/store/text.h"

static int write_blobs(struct store *store, const struct store_new_image *image, struct error **err)
{
    autofree char *directory = store_path(store, "overlay-images/%s", image->id);
    if (path_mkdirs(directory, 0700, err) < 0)
        return -1;
    for (size_t i = 0; i < image->data_count; i++) {
        const struct store_blob *blob = &image->data[i];
        autofree char *name = bigdata_file_name(blob->key);
        autofree char *path = mem_printf("%s/%s", directory, name);
        if (path_write_atomic(path, blob->data, blob->len, 0600, true, err) < 0)
            return -1;
    }
    return 0;
}

/* What the record says of documents: those that stay, then the new ones. */
static void list_documents(struct arena *arena, const struct store_image *before, const struct store_new_image *image,
                           struct image_record *record)
{
    size_t most = (before ? before->data_count : 0) + image->data_count;
    record->data_sizes.items = arena_array(arena, most, sizeof *record->data_sizes.items);
    for (size_t i = 0; before && i < before->data_count; i++) {
        const struct store_data_info *info = &before->data[i];
        bool replaced = false;
        for (size_t j = 0; j < image->data_count; j++)
            replaced |= !strcmp(image->data[j].key, info->key);
        if (replaced)
            continue;
        str_list_add(arena, &record->data_names, info->key);
        record->data_sizes.items[record->data_sizes.count].key = info->key;
        record->data_sizes.items[record->data_sizes.count++].value = info->size;
        if (info->digest)
            str_map_set(arena, &record->data_digests, info->key, info->digest);
    }
    for (size_t i = 0; i < image->data_count; i++) {
        const struct store_blob *blob = &image->data[i];
        char hex[ID_HEX_SIZE];
        sha256_hex(blob->data, blob->len, hex);
        str_list_add(arena, &record->data_names, blob->key);
        record->data_sizes.items[record->data_sizes.count].key = blob->key;
        record->data_sizes.items[record->data_sizes.count++].value = (int64_t)blob->len;
        str_map_set(arena, &record->data_digests, blob->key, arena_printf(arena, "sha256:%s", hex));
    }
}

static void merge_names(struct arena *arena, struct str_list *into, const struct str_list *more)
{
    for (size_t i = 0; more && i < more->count; i++)
        if (!str_list_has(into, more->items[i]))
            str_list_add(arena, into, more->items[i]);
}

static struct image_record describe(struct arena *arena, const struct store_image *before,
                                    const struct store_new_image *image)
{
    struct image_record record = {
        .id = image->id,
        .digest = image->digest,
        .layer = image->layer,
        .metadata = "{}",
        .created = image->created_unix_ns ? image->created_unix_ns : clock_now(),
    };
    merge_names(arena, &record.names, before ? &before->names : NULL);
    merge_names(arena, &record.names, &image->names);
    merge_names(arena, &record.names_history, &image->names);
    merge_names(arena, &record.names_history, before ? &before->names_history : NULL);
    list_documents(arena, before, image, &record);
    return record;
}

/* Members of a record that is there are replaced one by one, so that what we do not know stays. */
static int update_text(struct record *old, const struct image_record *record, struct buf *out, struct error **err)
{
    static const char *const changed[] = { "digest",         "names",          "names-history",
                                           "big-data-names", "big-data-sizes", "big-data-digests" };
    autobuf fresh = BUF(8 << 20), text = BUF(8 << 20);
    schema_encode(&fresh, image_record_schema(), record, SCHEMA_NEWEST);
    buf_append(&text, old->text, old->len);
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        autofree char *value = text_member(fresh.data, fresh.len, changed[i]);
        buf_clear(out);
        if (text_set_member(out, text.data, text.len, changed[i], value) < 0 || out->full)
            return error_set(err, ERROR_INTERNAL, 0, "record of image %s cannot be changed", record->id);
        buf_clear(&text);
        buf_append(&text, out->data, out->len);
    }
    return 0;
}

/* The layer may have gone with another image between its commit and now. */
static int check_layer(struct store *store, int lock, struct staging *trash, const char *layer, struct error **err)
{
    autolayerdrafts drafts = { 0 };
    if (store_check_id(layer, "layer", err) < 0 || layer_drafts_open(store, lock, trash, &drafts, err) < 0)
        return -1;
    struct error *failed = NULL;
    if (layer_drafts_find(&drafts, layer, &failed))
        return 0;
    if (failed) {
        *err = failed;
        return -1;
    }
    return error_set_about(err, ERROR_CONFLICT, "layer", layer, "layer %s was removed meanwhile", layer);
}

static int put(struct store *store, const struct store_new_image *image, struct draft *draft, struct error **err)
{
    long at = document_find(&store->images, draft->items, draft->count, image->id, err);
    const struct store_image *before = at < 0 ? NULL : document_value(&store->images, draft->items[at], err);
    if (at == -2 || (at >= 0 && !before))
        return -1;
    autoarena *arena = arena_new();
    struct image_record record = describe(arena, before, image);
    autobuf text = BUF(8 << 20);
    if (names_take(draft, image->id, &image->names, err) < 0 || write_blobs(store, image, err) < 0)
        return -1;
    if (at >= 0) {
        if (update_text(draft->items[at], &record, &text, err) < 0)
            return -1;
        draft_replace(draft, (size_t)at, text.data, text.len);
    } else {
        schema_encode(&text, image_record_schema(), &record, SCHEMA_NEWEST);
        draft_append(draft, text.data, text.len);
    }
    return 0;
}

int store_put_image(struct store *store, const struct store_new_image *image, struct error **err)
{
    if (store_check_id(image->id, "image", err) < 0)
        return -1;
    autostaging trash = STAGING(store);
    autofd layers_lock = locks_take(store, LOCK_LAYERS, err);
    if (layers_lock < 0 || (!str_empty(image->layer) && check_layer(store, layers_lock, &trash, image->layer, err) < 0))
        return -1;
    autofd lock = locks_take(store, LOCK_IMAGES, err);
    autodraft draft = { 0 };
    if (lock < 0 || draft_open(&draft, &store->images, err) < 0 || put(store, image, &draft, err) < 0)
        return -1;
    return draft_save(&draft, lock, err);
}
