#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/schema/parse.h"
#include "core/schema/schema.h"

/* Items of a list can be far bigger in memory than in the text ("{}"). */
#define DECODE_MAX_BYTES ((size_t)128 << 20)

struct decoder {
    struct arena *arena;
    size_t used_before;
    unsigned max_depth, depth;
    struct str_list *unknown;
};

/* Where we are, innermost last: printed only when something is wrong. */
struct place {
    const struct place *outer;
    const char *key; /* NULL: an index */
    size_t index;
};

static const char *place_text(struct decoder *decoder, const struct place *place)
{
    if (!place)
        return "";
    const char *outer = place_text(decoder, place->outer);
    if (!place->key)
        return arena_printf(decoder->arena, "%s[%zu]", outer, place->index);
    return arena_printf(decoder->arena, "%s%s%s", outer, *outer ? "." : "", place->key);
}

static const char *kind_text(const struct schema_field *field)
{
    static const char *const names[] = { "a string", "true or false",    "an integer", "a non-negative integer",
                                         "a number", "an RFC 3339 time", "JSON",       "an object" };
    return names[field->kind];
}

static const char *shown(struct decoder *decoder, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *copy = text ? arena_strndup(decoder->arena, text, strnlen(text, 80)) : "?";
    free(text);
    return copy;
}

static int wrong(struct decoder *decoder, const struct place *place, const json_t *value, const char *expected,
                 struct error **err)
{
    const char *where = place_text(decoder, place);
    return error_set(err, ERROR_INVALID, 0, "%s: got %s, expected %s", *where ? where : "body", shown(decoder, value),
                     expected);
}

static int decode_object(struct decoder *decoder, const struct schema *schema, const json_t *json, void *object,
                         const struct place *place, struct error **err);

/* What is beyond int64 arrives as a real (parse.c), so the top of uint64 is not told apart: 2^64 stands for 2^64-1. */
static int decode_integer(const json_t *json, bool is_signed, uint64_t *ret_bits)
{
    if (json_is_integer(json)) {
        json_int_t value = json_integer_value(json);
        if (value < 0 && !is_signed)
            return -1;
        *ret_bits = (uint64_t)value;
        return 0;
    }
    if (!json_is_real(json))
        return -1;
    double value = json_real_value(json);
    if (value != floor(value) || value < (is_signed ? -0x1p63 : 0) || value > 0x1p64 || (is_signed && value >= 0x1p63))
        return -1;
    if (is_signed)
        *ret_bits = (uint64_t)(int64_t)value;
    else
        *ret_bits = value >= 0x1p64 ? UINT64_MAX : (uint64_t)value;
    return 0;
}

static bool is_allowed(const char *allowed, const char *value)
{
    size_t len = strcspn(value, "|");
    if (value[len])
        return false;
    for (const char *at = allowed; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (!strncmp(at, value, len) && (!at[len] || at[len] == '|'))
            return true;
    }
    return false;
}

static int decode_value(struct decoder *decoder, const struct schema_field *field, const json_t *json, void *into,
                        const struct place *place, struct error **err)
{
    uint64_t bits;
    switch ((enum schema_kind)field->kind) {
    case SCHEMA_STR: {
        if (!json_is_string(json))
            break;
        const char *text = json_string_value(json);
        if (strlen(text) != json_string_length(json))
            return wrong(decoder, place, json, "text without NUL", err);
        if (field->allowed && *text && !is_allowed(field->allowed, text))
            return wrong(decoder, place, json, arena_printf(decoder->arena, "one of %s", field->allowed), err);
        *(const char **)into = arena_strdup(decoder->arena, text);
        return 0;
    }
    case SCHEMA_BOOL:
        if (!json_is_boolean(json))
            break;
        *(bool *)into = json_is_true(json);
        return 0;
    case SCHEMA_I64:
    case SCHEMA_U64:
        if (decode_integer(json, field->kind == SCHEMA_I64, &bits) < 0)
            break;
        *(uint64_t *)into = bits;
        return 0;
    case SCHEMA_F64:
        if (!json_is_number(json))
            break;
        *(double *)into = json_number_value(json);
        return 0;
    case SCHEMA_TIME:
        if (!json_is_string(json) || clock_parse(json_string_value(json), into) < 0)
            break;
        return 0;
    case SCHEMA_ANY: {
        char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
        *(const char **)into = arena_strdup(decoder->arena, text);
        free(text);
        return 0;
    }
    case SCHEMA_OBJECT: return decode_object(decoder, field->of(), json, into, place, err);
    }
    return wrong(decoder, place, json, kind_text(field), err);
}

struct any_list {
    char *items;
    size_t count;
};

/* Room for a list or map; NULL with ERROR_TOO_LARGE. Lists grow at powers of two (str_list_add), so that is what they
 * get here, too. */
static void *take_items(struct decoder *decoder, size_t count, size_t size, const struct place *place,
                        struct error **err)
{
    size_t total, room = 1;
    while (room < count)
        room *= 2;
    if (__builtin_mul_overflow(room, size, &total) ||
        arena_used(decoder->arena) - decoder->used_before + total > DECODE_MAX_BYTES) {
        error_set(err, ERROR_TOO_LARGE, 0, "%s: %zu items are too many", place_text(decoder, place), count);
        return NULL;
    }
    return arena_zalloc(decoder->arena, total);
}

static int decode_list(struct decoder *decoder, const struct schema_field *field, const json_t *json,
                       struct any_list *list, const struct place *place, struct error **err)
{
    if (json_is_string(json) && field->flags & TEXT_OR_LIST) {
        list->items = arena_zalloc(decoder->arena, sizeof(char *));
        list->count = 1;
        return decode_value(decoder, field, json, list->items, place, err);
    }
    if (!json_is_array(json))
        return wrong(decoder, place, json, "a list", err);
    size_t count = json_array_size(json);
    list->items = take_items(decoder, count, field->item_size, place, err);
    if (!list->items)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(json, i);
        struct place here = { place, NULL, i };
        if (json_is_null(item) && field->kind == SCHEMA_OBJECT)
            continue;
        if (decode_value(decoder, field, item, list->items + i * field->item_size, &here, err) < 0)
            return -1;
    }
    list->count = count;
    return 0;
}

static int decode_list_list(struct decoder *decoder, const struct schema_field *field, const json_t *json,
                            struct any_list *list, const struct place *place, struct error **err)
{
    if (!json_is_array(json))
        return wrong(decoder, place, json, "a list of lists", err);
    size_t count = json_array_size(json);
    list->items = take_items(decoder, count, sizeof(struct any_list), place, err);
    if (!list->items)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct place here = { place, NULL, i };
        json_t *inner = json_array_get(json, i);
        if (!json_is_null(inner) &&
            decode_list(decoder, field, inner, (struct any_list *)list->items + i, &here, err) < 0)
            return -1;
    }
    list->count = count;
    return 0;
}

struct map_list_entry {
    const char *key;
    struct any_list value;
};

static int decode_map(struct decoder *decoder, const struct schema_field *field, json_t *json, struct any_list *map,
                      const struct place *place, struct error **err)
{
    if (!json_is_object(json))
        return wrong(decoder, place, json, "an object", err);
    size_t stride = field->shape == SCHEMA_SET        ? sizeof(char *)
                    : field->shape == SCHEMA_MAP_LIST ? sizeof(struct map_list_entry)
                                                      : field->item_size;
    map->items = take_items(decoder, json_object_size(json), stride, place, err);
    if (!map->items)
        return -1;
    map->count = 0; /* the same key in another letter case may have been here: the last one counts */
    const char *key;
    json_t *value;
    json_object_foreach (json, key, value) {
        char *entry = map->items + map->count * stride;
        struct place here = { place, key, 0 };
        *(const char **)entry = arena_strdup(decoder->arena, key);
        int rc = 0;
        if (field->shape == SCHEMA_MAP_LIST && !json_is_null(value))
            rc = decode_list(decoder, field, value, &((struct map_list_entry *)entry)->value, &here, err);
        else if (field->shape == SCHEMA_MAP && !json_is_null(value))
            rc = decode_value(decoder, field, value, entry + sizeof(char *), &here, err);
        else if (field->shape == SCHEMA_MAP && field->kind == SCHEMA_STR)
            *(const char **)(entry + sizeof(char *)) = ""; /* as Go reads null; nobody who walks a map expects NULL */
        if (rc < 0)
            return -1;
        map->count++;
    }
    return 0;
}

static int decode_field(struct decoder *decoder, const struct schema_field *field, json_t *json, char *at,
                        const struct place *place, struct error **err)
{
    switch ((enum schema_shape)field->shape) {
    case SCHEMA_ONE: return decode_value(decoder, field, json, at, place, err);
    case SCHEMA_OPT: {
        void *target = arena_zalloc(decoder->arena, field->item_size);
        *(void **)at = target;
        return decode_value(decoder, field, json, target, place, err);
    }
    case SCHEMA_LIST: return decode_list(decoder, field, json, (struct any_list *)at, place, err);
    case SCHEMA_LIST_LIST: return decode_list_list(decoder, field, json, (struct any_list *)at, place, err);
    case SCHEMA_MAP:
    case SCHEMA_MAP_LIST:
    case SCHEMA_SET: return decode_map(decoder, field, json, (struct any_list *)at, place, err);
    case SCHEMA_EMBED: break;
    }
    return 0;
}

/* Finds the row for a key, exact spelling first (Docker has "id" and "Id" side by side), into embedded rows too. */
static const struct schema_field *find_field(const struct schema *schema, const char *key, bool exact, char *object,
                                             char **ret_at)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        char *at = object + field->offset;
        if (field->shape == SCHEMA_EMBED) {
            const struct schema_field *inner = find_field(field->of(), key, exact, at, ret_at);
            if (inner)
                return inner;
        } else if (exact ? !strcmp(field->key, key) : !strcasecmp(field->key, key)) {
            *ret_at = at;
            return field;
        }
    }
    return NULL;
}

static int check_needed(struct decoder *decoder, const struct schema *schema, const json_t *json,
                        const struct place *place, struct error **err)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        if (field->shape == SCHEMA_EMBED && check_needed(decoder, field->of(), json, place, err) < 0)
            return -1;
        if (!(field->flags & NEEDED))
            continue;
        bool found = false;
        const char *key;
        json_t *value;
        json_object_foreach ((json_t *)json, key, value)
            found |= !strcasecmp(key, field->key) && !json_is_null(value);
        struct place here = { place, field->key, 0 };
        if (!found)
            return error_set(err, ERROR_INVALID, 0, "%s: missing, expected %s", place_text(decoder, &here),
                             kind_text(field));
    }
    return 0;
}

static int decode_object(struct decoder *decoder, const struct schema *schema, const json_t *json, void *object,
                         const struct place *place, struct error **err)
{
    if (!json_is_object(json))
        return wrong(decoder, place, json, "an object", err);
    if (decoder->depth >= decoder->max_depth)
        return error_set(err, ERROR_TOO_LARGE, 0, "%s: more than %u levels deep", place_text(decoder, place),
                         decoder->max_depth);
    decoder->depth++;
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)json, key, value) {
        char *at = NULL;
        struct place here = { place, key, 0 };
        const struct schema_field *field = find_field(schema, key, true, object, &at);
        if (!field)
            field = find_field(schema, key, false, object, &at);
        if (!field) {
            if (decoder->unknown && decoder->unknown->count < 32)
                str_list_add(decoder->arena, decoder->unknown, place_text(decoder, &here));
            continue;
        }
        if (!json_is_null(value) && decode_field(decoder, field, value, at, &here, err) < 0)
            return -1;
    }
    decoder->depth--;
    return check_needed(decoder, schema, json, place, err);
}

void *schema_decode(struct arena *arena, const struct schema *schema, const char *text, size_t len,
                    struct schema_limits limits, struct str_list *ret_unknown, struct error **err)
{
    json_t *json = parse_document(text, len, limits, err);
    if (!json)
        return NULL;
    struct decoder decoder = {
        .arena = arena, .used_before = arena_used(arena), .max_depth = limits.max_depth, .unknown = ret_unknown
    };
    void *object = arena_zalloc(arena, schema->size);
    if (decode_object(&decoder, schema, json, object, NULL, err) < 0)
        object = NULL;
    json_decref(json);
    return object;
}

void *schema_decode_list(struct arena *arena, const struct schema *schema, const char *text, size_t len,
                         struct schema_limits limits, size_t *ret_count, struct error **err)
{
    json_t *json = parse_document(text, len, limits, err);
    if (!json)
        return NULL;
    struct decoder decoder = { .arena = arena, .used_before = arena_used(arena), .max_depth = limits.max_depth };
    char *items = NULL;
    if (!json_is_array(json)) {
        wrong(&decoder, NULL, json, "a list", err);
        goto out;
    }
    size_t count = json_array_size(json);
    items = take_items(&decoder, count, schema->size, NULL, err);
    if (!items)
        goto out;
    for (size_t i = 0; i < count; i++) {
        struct place here = { NULL, NULL, i };
        if (decode_object(&decoder, schema, json_array_get(json, i), items + i * schema->size, &here, err) < 0) {
            items = NULL;
            goto out;
        }
    }
    *ret_count = count;
out:
    json_decref(json);
    return items;
}
