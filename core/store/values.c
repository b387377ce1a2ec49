#include "core/store/values.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/mem.h"
#include "core/store/records.h"

/* Filled twice: first to measure (no memory), then for good. */
struct pack {
    char *memory;
    size_t used;
};

static void *take(struct pack *pack, size_t size)
{
    void *at = pack->memory ? pack->memory + pack->used : NULL;
    pack->used += (size + 7) & ~(size_t)7;
    return at;
}

static const char *pack_text(struct pack *pack, const char *from)
{
    if (!from)
        return NULL;
    char *copy = take(pack, strlen(from) + 1);
    return copy ? strcpy(copy, from) : NULL;
}

static struct str_list pack_list(struct pack *pack, const struct str_list *from)
{
    struct str_list copy = { .items = take(pack, from->count * sizeof *from->items), .count = from->count };
    for (size_t i = 0; i < from->count; i++) {
        const char *text = pack_text(pack, from->items[i]);
        if (copy.items)
            copy.items[i] = text;
    }
    return copy;
}

static struct store_layer pack_layer(struct pack *pack, const struct store_layer *from)
{
    struct store_layer copy = *from;
    copy.id = pack_text(pack, from->id);
    copy.parent = pack_text(pack, from->parent);
    copy.diff_digest = pack_text(pack, from->diff_digest);
    copy.compressed_digest = pack_text(pack, from->compressed_digest);
    copy.names = pack_list(pack, &from->names);
    return copy;
}

static struct store_image pack_image(struct pack *pack, const struct store_image *from)
{
    struct store_image copy = *from;
    copy.id = pack_text(pack, from->id);
    copy.digest = pack_text(pack, from->digest);
    copy.layer = pack_text(pack, from->layer);
    copy.names = pack_list(pack, &from->names);
    copy.names_history = pack_list(pack, &from->names_history);
    copy.data = take(pack, from->data_count * sizeof *from->data);
    for (size_t i = 0; i < from->data_count; i++) {
        struct store_data_info info = from->data[i];
        info.key = pack_text(pack, info.key);
        info.digest = pack_text(pack, info.digest);
        if (copy.data)
            copy.data[i] = info;
    }
    return copy;
}

static struct store_container pack_container(struct pack *pack, const struct store_container *from)
{
    struct store_container copy = *from;
    copy.id = pack_text(pack, from->id);
    copy.image = pack_text(pack, from->image);
    copy.layer = pack_text(pack, from->layer);
    copy.metadata = pack_text(pack, from->metadata);
    copy.names = pack_list(pack, &from->names);
    return copy;
}

static struct store_mount pack_mount(struct pack *pack, const struct store_mount *from)
{
    struct store_mount copy = *from;
    copy.id = pack_text(pack, from->id);
    copy.path = pack_text(pack, from->path);
    return copy;
}

#define COPY_FUNCTIONS(type)                                                                                           \
    static void *block_##type(const struct store_##type *from)                                                         \
    {                                                                                                                  \
        struct pack measure = { 0 };                                                                                   \
        pack_##type(&measure, from);                                                                                   \
        struct store_##type *block = mem_alloc(sizeof *block + measure.used);                                          \
        *block = pack_##type(&(struct pack){ .memory = (char *)(block + 1) }, from);                                   \
        return block;                                                                                                  \
    }
#define ARENA_FUNCTION(type)                                                                                           \
    struct store_##type value_copy_##type(struct arena *arena, const struct store_##type *from)                        \
    {                                                                                                                  \
        struct pack measure = { 0 };                                                                                   \
        pack_##type(&measure, from);                                                                                   \
        return pack_##type(&(struct pack){ .memory = arena_zalloc(arena, measure.used) }, from);                       \
    }
COPY_FUNCTIONS(layer)
COPY_FUNCTIONS(image)
COPY_FUNCTIONS(container)
COPY_FUNCTIONS(mount)
ARENA_FUNCTION(layer)
ARENA_FUNCTION(image)
ARENA_FUNCTION(container)

static const char *text_or_null(const char *text)
{
    return str_empty(text) ? NULL : text;
}

void *value_layer(const char *text, size_t len, struct error **err)
{
    autoarena *arena = arena_new();
    const struct layer_record *record =
        schema_decode(arena, layer_record_schema(), text, len, SCHEMA_LIMITS, NULL, err);
    if (!record)
        return NULL;
    return block_layer(&(struct store_layer){
        .id = record->id,
        .parent = text_or_null(record->parent),
        .diff_digest = text_or_null(record->diff_digest),
        .compressed_digest = text_or_null(record->compressed_digest),
        .names = record->names,
        .created_unix_ns = record->created,
        .diff_size = record->diff_size,
        .compressed_size = record->compressed_size,
        .incomplete = str_eq(str_map_get(&record->flags, "incomplete"), "true"),
    });
}

static void read_data(struct arena *arena, const struct image_record *record, struct store_image *image)
{
    image->data_count = record->data_names.count;
    image->data = arena_array(arena, image->data_count, sizeof *image->data);
    for (size_t i = 0; i < image->data_count; i++) {
        const char *key = record->data_names.items[i];
        image->data[i] =
            (struct store_data_info){ .key = key, .digest = text_or_null(str_map_get(&record->data_digests, key)) };
        for (size_t j = 0; j < record->data_sizes.count; j++)
            if (!strcmp(record->data_sizes.items[j].key, key))
                image->data[i].size = record->data_sizes.items[j].value;
    }
}

void *value_image(const char *text, size_t len, struct error **err)
{
    autoarena *arena = arena_new();
    const struct image_record *record =
        schema_decode(arena, image_record_schema(), text, len, SCHEMA_LIMITS, NULL, err);
    if (!record)
        return NULL;
    struct store_image image = {
        .id = record->id,
        .digest = text_or_null(record->digest),
        .layer = text_or_null(record->layer),
        .names = record->names,
        .names_history = record->names_history,
        .created_unix_ns = record->created,
    };
    read_data(arena, record, &image);
    return block_image(&image);
}

void *value_container(const char *text, size_t len, struct error **err)
{
    autoarena *arena = arena_new();
    const struct container_record *record =
        schema_decode(arena, container_record_schema(), text, len, SCHEMA_LIMITS, NULL, err);
    if (!record)
        return NULL;
    return block_container(&(struct store_container){
        .id = record->id,
        .image = text_or_null(record->image),
        .layer = text_or_null(record->layer),
        .metadata = text_or_null(record->metadata),
        .names = record->names,
        .created_unix_ns = record->created,
    });
}

void *value_mount(const char *text, size_t len, struct error **err)
{
    autoarena *arena = arena_new();
    const struct mount_record *record =
        schema_decode(arena, mount_record_schema(), text, len, SCHEMA_LIMITS, NULL, err);
    if (!record)
        return NULL;
    return block_mount(&(struct store_mount){ record->id, record->path, record->count });
}
