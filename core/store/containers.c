#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/path.h"
#include "core/store/internal.h"
#include "core/store/records.h"
#include "core/store/text.h"

/* ---- reading ---- */

static int append_values(struct document *document, struct arena *arena, struct store_container *list, size_t *count,
                         struct snapshot *snapshot, struct error **err)
{
    size_t stable = *count;
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct store_container *value = document_value(document, snapshot->items[i], err);
        if (!value)
            return -1;
        bool twice = false; /* the stable file counts */
        for (size_t j = 0; j < stable && !twice; j++)
            twice = !strcmp(list[j].id, value->id);
        if (!twice)
            list[(*count)++] = value_copy_container(arena, value);
    }
    return 0;
}

int store_containers(struct store *store, struct arena *arena, struct store_container **ret, size_t *ret_count,
                     struct error **err)
{
    struct snapshot *stable = document_read(&store->containers, err);
    struct snapshot *brief = stable ? document_read(&store->volatile_containers, err) : NULL;
    int rc = -1;
    if (brief) {
        struct store_container *list = arena_array(arena, stable->count + brief->count, sizeof *list);
        size_t count = 0;
        rc = append_values(&store->containers, arena, list, &count, stable, err);
        if (!rc)
            rc = append_values(&store->volatile_containers, arena, list, &count, brief, err);
        if (!rc) {
            *ret = list;
            *ret_count = count;
        }
    }
    document_release(&store->containers, stable);
    document_release(&store->volatile_containers, brief);
    return rc;
}

void container_layer_id(const char *container, char ret_id[65])
{
    autofree char *text = mem_printf("coracle container %s", container);
    sha256_hex(text, strlen(text), ret_id);
}

char *container_layer(struct store *store, const char *id, struct error **err)
{
    if (store_check_id(id, "container", err) < 0)
        return NULL;
    struct snapshot *snapshot = document_read(&store->containers, err);
    if (!snapshot)
        return NULL;
    char *layer = NULL;
    long at = document_find(&store->containers, snapshot->items, snapshot->count, id, err);
    if (at >= 0) {
        const struct store_container *container = document_value(&store->containers, snapshot->items[at], err);
        if (!store_check_id(container->layer, "layer", err))
            layer = mem_strdup(container->layer);
    } else if (at == -1) {
        layer = mem_zalloc(65);
        container_layer_id(id, layer);
    }
    document_release(&store->containers, snapshot);
    return layer;
}

const char *store_container_dir(struct store *store, struct arena *arena, const char *id)
{
    return arena_printf(arena, "%s/overlay-containers/%s/userdata", store->root, id);
}

const char *store_container_run_dir(struct store *store, struct arena *arena, const char *id)
{
    return arena_printf(arena, "%s/overlay-containers/%s/userdata", store->runroot, id);
}

const char *store_container_diff(struct store *store, struct arena *arena, const char *id, struct error **err)
{
    autofree char *layer = container_layer(store, id, err);
    return layer ? arena_printf(arena, "%s/%s/diff", store->home, layer) : NULL;
}

/* ---- names ---- */

static int check_free(struct draft *containers, const char *id, const char *name, struct error **err)
{
    for (size_t i = 0; i < containers->count; i++) {
        if (!record_mentions(containers->items[i], name))
            continue;
        const struct store_container *other = document_value(containers->document, containers->items[i], err);
        if (!other)
            return -1;
        if (strcmp(other->id, id) && str_list_has(&other->names, name))
            return error_set_about(err, ERROR_CONFLICT, "container", name, "the name %s is in use by container %s",
                                   name, other->id);
    }
    return 0;
}

static int open_drafts(struct store *store, struct draft *stable, struct draft *brief, struct error **err)
{
    if (draft_open(stable, &store->containers, err) < 0)
        return -1;
    return draft_open(brief, &store->volatile_containers, err);
}

/* The record's metadata repeats the name. */
static int rename_metadata(struct buf *out, const struct store_container *container, const char *text, size_t len,
                           const char *name)
{
    autobuf quoted = BUF(8192), metadata = BUF(1 << 20), as_text = BUF(2 << 20);
    schema_encode_text(&quoted, name);
    if (!container->metadata ||
        text_set_member(&metadata, container->metadata, strlen(container->metadata), "name", quoted.data) < 0) {
        buf_append(out, text, len);
        return 0;
    }
    schema_encode_text(&as_text, metadata.data);
    return text_set_member(out, text, len, "metadata", as_text.data);
}

int store_rename_container(struct store *store, const char *id, const char *name, struct error **err)
{
    autofd lock = locks_take(store, LOCK_CONTAINERS, err);
    autodraft stable = { 0 }, brief = { 0 };
    if (lock < 0 || open_drafts(store, &stable, &brief, err) < 0)
        return -1;
    long at = document_find(&store->containers, stable.items, stable.count, id, err);
    if (at == -1)
        return error_set_about(err, ERROR_NOT_FOUND, "container", id, "container %s: not in the store", id);
    const struct store_container *container = at < 0 ? NULL : document_value(&store->containers, stable.items[at], err);
    if (!container || check_free(&stable, id, name, err) < 0 || check_free(&brief, id, name, err) < 0)
        return -1;
    autobuf names = BUF(8192), renamed = BUF(8 << 20), text = BUF(8 << 20);
    names_print(&names, &(struct str_list){ .items = &name, .count = 1 });
    if (text_set_member(&renamed, stable.items[at]->text, stable.items[at]->len, "names", names.data) < 0 ||
        rename_metadata(&text, container, renamed.data, renamed.len, name) < 0)
        return error_set(err, ERROR_INTERNAL, 0, "%s: record of container %s cannot be changed", store->containers.path,
                         id);
    draft_replace(&stable, (size_t)at, text.data, text.len);
    return draft_save(&stable, lock, err);
}

/* ---- creating ---- */

struct creation {
    const char *id, *name, *image_id, *image_name, *parent; /* parent: the image's top layer or NULL */
    char layer[65];
    int64_t now;
};

static void print_layer(const struct creation *creation, struct buf *out)
{
    struct layer_record record = { .id = creation->layer, .parent = creation->parent, .created = creation->now };
    schema_encode(out, layer_record_schema(), &record, SCHEMA_NEWEST);
}

static void print_container(const struct creation *creation, struct buf *out)
{
    autoarena *arena = arena_new();
    autobuf metadata = BUF(1 << 20);
    struct container_metadata about = { creation->image_name, creation->image_id, creation->name,
                                        creation->now / CLOCK_SECOND };
    schema_encode(&metadata, container_metadata_schema(), &about, SCHEMA_NEWEST);
    struct container_record record = { .id = creation->id, .image = creation->image_id, .layer = creation->layer,
                                       .metadata = metadata.data, .created = creation->now };
    str_list_add(arena, &record.names, creation->name);
    str_map_set(arena, &record.flags, "MountLabel", "\"\"");
    str_map_set(arena, &record.flags, "ProcessLabel", "\"\"");
    schema_encode(out, container_record_schema(), &record, SCHEMA_NEWEST);
}

static int make_layer(struct store *store, const struct creation *creation, struct error **err)
{
    autofree char *directory = mem_printf("%s/%s", store->home, creation->layer);
    autofree char *diff = mem_printf("%s/diff", directory);
    if (mkdir(directory, 0700) < 0 || mkdir(diff, 0755) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", diff);
    if (layer_dress_root(store, diff, creation->parent, err) < 0)
        return -1;
    if (layer_furnish(store, directory, creation->parent, err) < 0)
        return -1;
    return layer_publish(store, creation->layer, err);
}

static int make_directories(struct store *store, const struct creation *creation, struct error **err)
{
    autoarena *arena = arena_new();
    if (path_mkdirs(store_container_dir(store, arena, creation->id), 0700, err) < 0)
        return -1;
    return path_mkdirs(store_container_run_dir(store, arena, creation->id), 0700, err);
}

/* Without an image there is nothing below its layer. */
static int find_parent(struct store *store, struct arena *arena, struct creation *creation, struct error **err)
{
    if (str_empty(creation->image_id))
        return 0;
    const struct store_image *image = store_image(store, arena, creation->image_id, err);
    if (!image || (image->layer && store_check_id(image->layer, "layer", err) < 0))
        return -1;
    creation->parent = image->layer;
    return 0;
}

/* The caller's database says what is being made before we start: a crash in here is repaired by
 * store_remove_container(), which finds the layer by the container's id alone. So files first, then each list once. */
static int create(struct store *store, struct creation *creation, struct error **err)
{
    autostaging trash = STAGING(store);
    autofd layers_lock = locks_take(store, LOCK_LAYERS, err);
    autofd containers_lock = layers_lock < 0 ? -1 : locks_take(store, LOCK_CONTAINERS, err);
    autolayerdrafts layers = { 0 };
    autodraft stable = { 0 }, brief = { 0 };
    if (containers_lock < 0 || layer_drafts_open(store, layers_lock, &trash, &layers, err) < 0 ||
        open_drafts(store, &stable, &brief, err) < 0)
        return -1;
    long at = document_find(&store->containers, stable.items, stable.count, creation->id, err);
    if (at != -1)
        return at < 0 ? -1
                      : error_set_about(err, ERROR_CONFLICT, "container", creation->id, "container %s exists",
                                        creation->id);
    if (check_free(&stable, creation->id, creation->name, err) < 0 ||
        check_free(&brief, creation->id, creation->name, err) < 0)
        return -1;
    /* Nobody can remove the image now: that takes the lock of the containers too. */
    autoarena *arena = arena_new();
    if (find_parent(store, arena, creation, err) < 0)
        return -1;
    autobuf layer_text = BUF(1 << 16), container_text = BUF(2 << 20);
    print_layer(creation, &layer_text);
    print_container(creation, &container_text);
    if (layer_throw(store, &trash, creation->layer, err) < 0 ||
        layer_drafts_remove(&layers, creation->layer, err) < 0 || make_layer(store, creation, err) < 0)
        return -1;
    draft_append(&layers.stable, layer_text.data, layer_text.len);
    draft_append(&stable, container_text.data, container_text.len);
    if (layer_drafts_save(&layers, layers_lock, err) < 0 || draft_save(&stable, containers_lock, err) < 0)
        return -1;
    return make_directories(store, creation, err);
}

int store_create_container(struct store *store, const char *id, const char *name, const char *image_id,
                           const char *image_name, struct error **err)
{
    if (store_check_id(id, "container", err) < 0)
        return -1;
    struct creation creation = {
        .id = id, .name = name, .image_id = image_id, .image_name = image_name, .now = clock_now()
    };
    container_layer_id(id, creation.layer);
    if (!create(store, &creation, err))
        return 0;
    autoerror *second = NULL;
    if ((*err)->kind != ERROR_CONFLICT)
        (void)store_remove_container(store, id, &second);
    return -1;
}

/* ---- removing ---- */

static int remove_directories(struct store *store, const char *id, struct error **err)
{
    autofree char *directory = store_path(store, "overlay-containers/%s", id);
    autofree char *run_directory = store_run_path(store, "overlay-containers/%s", id);
    if (path_remove_tree(directory, err) < 0)
        return -1;
    return path_remove_tree(run_directory, err);
}

static int remove_records(struct store *store, struct staging *trash, const char *id, const char *layer,
                          struct error **err)
{
    autofd layers_lock = locks_take(store, LOCK_LAYERS, err);
    autofd containers_lock = layers_lock < 0 ? -1 : locks_take(store, LOCK_CONTAINERS, err);
    autolayerdrafts layers = { 0 };
    autodraft stable = { 0 };
    if (containers_lock < 0 || layer_drafts_open(store, layers_lock, trash, &layers, err) < 0 ||
        draft_open(&stable, &store->containers, err) < 0)
        return -1;
    if (layer_throw(store, trash, layer, err) < 0 || layer_drafts_remove(&layers, layer, err) < 0 ||
        layer_drafts_save(&layers, layers_lock, err) < 0)
        return -1;
    long at = document_find(&store->containers, stable.items, stable.count, id, err);
    if (at == -2)
        return -1;
    if (at >= 0)
        draft_remove(&stable, (size_t)at);
    return draft_save(&stable, containers_lock, err);
}

int store_remove_container(struct store *store, const char *id, struct error **err)
{
    autofree char *layer = container_layer(store, id, err);
    autostaging trash = STAGING(store);
    if (!layer || store_unmount_container(store, id, err) < 0)
        return -1;
    if (remove_records(store, &trash, id, layer, err) < 0)
        return -1;
    return remove_directories(store, id, err);
}
