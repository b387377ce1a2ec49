#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/image/load_record.h"
#include "core/image/lookup.h"
#include "core/store/store.h"

static bool has_name(const struct store_image *record, const char *name)
{
    return str_list_has(&record->names, name);
}

static bool has_digest(const struct store_image *record, const char *digest)
{
    if (str_eq(record->digest, digest))
        return true;
    for (size_t i = 0; i < record->data_count; i++)
        if (str_starts(record->data[i].key, "manifest") && str_eq(record->data[i].digest, digest))
            return true;
    return false;
}

static const struct store_image *by_name(const struct image_records *records, const char *name)
{
    for (size_t i = 0; i < records->count; i++)
        if (has_name(&records->items[i], name))
            return &records->items[i];
    return NULL;
}

/* "path" or "host/path": the same repository in any of its names. */
static bool has_repository(const struct store_image *record, const struct reference *reference, struct arena *arena)
{
    const char *repository = arena_printf(arena, "%s/%s:", reference->domain, reference->path);
    for (size_t i = 0; i < record->names.count; i++)
        if (str_starts(record->names.items[i], repository))
            return true;
    return false;
}

static const struct store_image *by_reference(struct arena *arena, const struct image_records *records, const struct reference *reference)
{
    struct reference tagged = *reference;
    for (size_t i = 0; reference->digest && i < records->count; i++)
        if (has_digest(&records->items[i], reference->digest) && has_repository(&records->items[i], reference, arena))
            return &records->items[i];
    if (reference->digest)
        return by_name(records, reference_text(arena, &(struct reference){ reference->domain, reference->path, NULL, reference->digest }));
    tagged.tag = str_or(reference->tag, "latest");
    return by_name(records, reference_text(arena, &tagged));
}

/* Short names: docker.io's first on Docker's surface, localhost's first on podman's, and there any host's then. */
static const struct store_image *by_short_name(struct arena *arena, const struct image_records *records, const char *key, bool docker)
{
    const char *domains[] = { docker ? "docker.io" : "localhost", docker ? "localhost" : "docker.io" };
    struct reference reference;
    for (size_t i = 0; i < 2; i++) {
        autoerror *invalid = NULL;
        if (reference_parse(arena, key, domains[i], &reference, &invalid) < 0)
            return NULL;
        const struct store_image *found = by_reference(arena, records, &reference);
        if (found)
            return found;
    }
    if (!docker && str_empty(reference.digest)) { /* registry.example/alpine:latest for "alpine" */
        const char *tail = arena_printf(arena, "/%s%s", key, reference.tag ? "" : ":latest");
        for (size_t i = 0; i < records->count; i++)
            for (size_t j = 0; j < records->items[i].names.count; j++)
                if (str_ends(records->items[i].names.items[j], tail))
                    return &records->items[i];
    }
    return NULL;
}

/* NULL without *err: no id begins so. */
static const struct store_image *by_id(const struct image_records *records, const char *key, struct error **err)
{
    const struct store_image *found = NULL;
    if (!str_is_hex(key) || strlen(key) > 64)
        return NULL;
    for (size_t i = 0; i < records->count; i++) {
        if (!str_starts(records->items[i].id, key))
            continue;
        if (found) {
            error_set_about(err, ERROR_CONFLICT, "image", key, "more than one image has an id that begins with %s: use a longer one", key);
            return NULL;
        }
        found = &records->items[i];
    }
    return found;
}

static const struct store_image *by_plain_digest(const struct image_records *records, const char *key)
{
    for (size_t i = 0; i < records->count; i++)
        if (has_digest(&records->items[i], key))
            return &records->items[i];
    return NULL;
}

const struct store_image *image_look_up(struct arena *arena, const struct image_records *records, const char *key, bool docker, struct error **err)
{
    const struct store_image *found = NULL;
    if (str_starts(key, "sha256:")) {
        found = by_id(records, key + strlen("sha256:"), err);
        if (!found && !*err)
            found = by_plain_digest(records, key);
    } else {
        found = by_short_name(arena, records, key, docker);
        if (!found)
            found = by_id(records, key, err);
    }
    if (!found && !*err)
        error_set_about(err, ERROR_NOT_FOUND, "image", key, "No such image: %s", key);
    return found;
}

int image_read_records(struct engine *engine, struct arena *arena, struct image_records *ret_records, struct error **err)
{
    return store_images(engine->store, arena, &ret_records->items, &ret_records->count, err);
}

struct image *image_find(struct engine *engine, struct arena *arena, const char *key, bool docker, struct error **err)
{
    struct image_records records;
    struct store_layer *layers;
    size_t layer_count;
    if (image_read_records(engine, arena, &records, err) < 0)
        return NULL;
    const struct store_image *record = image_look_up(arena, &records, key, docker, err);
    struct image *image = arena_zalloc(arena, sizeof *image);
    if (!record || store_layers(engine->store, arena, &layers, &layer_count, err) < 0 ||
        image_from_record(engine, arena, record, layers, layer_count, image, err) < 0)
        return NULL;
    return image;
}
