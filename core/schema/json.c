#include "core/schema/json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/parse.h"

/* -1 when a text holds a NUL, which C strings cannot tell from their end, unless @bytes. */
static int convert(struct arena *arena, json_t *from, bool bytes, struct json *into)
{
    switch (json_typeof(from)) {
    case JSON_NULL: break;
    case JSON_TRUE:
    case JSON_FALSE:
        into->kind = JSON_BOOL_KIND;
        into->truth = json_is_true(from);
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        into->kind = JSON_NUMBER_KIND;
        into->number = json_number_value(from);
        into->integer = json_is_integer(from) ? json_integer_value(from) : 0;
        break;
    case JSON_STRING:
        into->kind = JSON_TEXT_KIND;
        into->text_len = json_string_length(from);
        if (strlen(json_string_value(from)) != into->text_len && !bytes)
            return -1;
        into->text = memcpy(arena_zalloc(arena, into->text_len + 1), json_string_value(from), into->text_len);
        break;
    case JSON_ARRAY: {
        into->kind = JSON_LIST_KIND;
        into->count = json_array_size(from);
        struct json_member *members = arena_array(arena, into->count, sizeof *members);
        for (size_t i = 0; i < into->count; i++)
            if (convert(arena, json_array_get(from, i), bytes, &members[i].value) < 0)
                return -1;
        into->members = members;
        break;
    }
    case JSON_OBJECT: {
        into->kind = JSON_OBJECT_KIND;
        struct json_member *members = arena_array(arena, json_object_size(from), sizeof *members);
        const char *key;
        json_t *value;
        json_object_foreach (from, key, value) {
            members[into->count].key = arena_strdup(arena, key);
            if (convert(arena, value, bytes, &members[into->count++].value) < 0)
                return -1;
        }
        into->members = members;
        break;
    }
    }
    return 0;
}

static const struct json *parse(struct arena *arena, const char *text, size_t len, struct schema_limits limits, bool bytes,
                                struct error **err)
{
    json_t *tree = parse_document(text, len, limits, err);
    if (!tree)
        return NULL;
    struct json *value = arena_zalloc(arena, sizeof *value);
    int rc = convert(arena, tree, bytes, value);
    json_decref(tree);
    if (rc < 0) {
        error_set(err, ERROR_INVALID, 0, "body: text with a NUL, expected text without");
        return NULL;
    }
    return value;
}

const struct json *json_parse(struct arena *arena, const char *text, size_t len, struct schema_limits limits,
                              struct error **err)
{
    return parse(arena, text, len, limits, false, err);
}

const struct json *json_parse_bytes(struct arena *arena, const char *text, size_t len, struct schema_limits limits,
                                    struct error **err)
{
    return parse(arena, text, len, limits, true, err);
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!object || object->kind != JSON_OBJECT_KIND)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (!strcmp(object->members[i].key, key))
            return &object->members[i].value;
    return NULL;
}

const char *json_get_text(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);
    return value && value->kind == JSON_TEXT_KIND ? value->text : NULL;
}

void json_print(struct buf *out, const struct json *value)
{
    switch (value->kind) {
    case JSON_NULL_KIND: buf_puts(out, "null"); return;
    case JSON_BOOL_KIND: buf_puts(out, value->truth ? "true" : "false"); return;
    case JSON_NUMBER_KIND:
        if ((double)value->integer == value->number)
            buf_printf(out, "%" PRId64, value->integer);
        else
            buf_printf(out, "%.17g", value->number);
        return;
    case JSON_TEXT_KIND: schema_encode_bytes(out, value->text, value->text_len); return;
    default: break;
    }
    bool object = value->kind == JSON_OBJECT_KIND;
    buf_putc(out, object ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            buf_putc(out, ',');
        if (object) {
            schema_encode_text(out, value->members[i].key);
            buf_putc(out, ':');
        }
        json_print(out, &value->members[i].value);
    }
    buf_putc(out, object ? '}' : ']');
}
