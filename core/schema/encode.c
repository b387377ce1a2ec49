#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/schema/schema.h"

/* Up to the first NUL. */
static void encode_piece(struct buf *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        size_t plain = 0;
        while (at[plain] >= ' ' && at[plain] < 0x80 && at[plain] != '"' && at[plain] != '\\')
            plain++;
        buf_append(out, at, plain);
        at += plain;
        size_t len;
        if (!*at)
            break;
        if (*at == '"' || *at == '\\') {
            buf_putc(out, '\\');
            buf_putc(out, (char)*at++);
        } else if (*at == '\n') {
            buf_puts(out, "\\n");
            at++;
        } else if (*at == '\t') {
            buf_puts(out, "\\t");
            at++;
        } else if (*at == '\r') {
            buf_puts(out, "\\r");
            at++;
        } else if (*at < ' ') {
            buf_printf(out, "\\u%04x", *at++);
        } else if ((len = str_utf8_length((const char *)at))) {
            buf_append(out, at, len);
            at += len;
        } else {
            buf_puts(out, "\\ufffd");
            at++;
        }
    }
}

void schema_encode_text(struct buf *out, const char *text)
{
    buf_putc(out, '"');
    encode_piece(out, text);
    buf_putc(out, '"');
}

void schema_encode_bytes(struct buf *out, const char *data, size_t len)
{
    buf_putc(out, '"');
    for (const char *at = data, *end = data + len; at <= end; at += strlen(at) + 1) {
        encode_piece(out, at);
        if (at + strlen(at) < end)
            buf_puts(out, "\\u0000");
    }
    buf_putc(out, '"');
}

static void encode_number(struct buf *out, double value)
{
    if (!isfinite(value)) { /* JSON has no word for it */
        buf_putc(out, '0');
        return;
    }
    char text[40];
    snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) != value)
        snprintf(text, sizeof text, "%.17g", value);
    buf_puts(out, text);
}

static void encode_value(struct buf *out, const struct schema_field *field, const void *at, unsigned level)
{
    char text[CLOCK_TEXT_SIZE];
    switch ((enum schema_kind)field->kind) {
    case SCHEMA_STR: {
        const char *value = *(const char *const *)at;
        if (!value && field->flags & NULLABLE)
            buf_puts(out, "null");
        else
            schema_encode_text(out, value ? value : "");
        return;
    }
    case SCHEMA_BOOL: buf_puts(out, *(const bool *)at ? "true" : "false"); return;
    case SCHEMA_I64: buf_printf(out, "%" PRId64, *(const int64_t *)at); return;
    case SCHEMA_U64: buf_printf(out, "%" PRIu64, *(const uint64_t *)at); return;
    case SCHEMA_F64: encode_number(out, *(const double *)at); return;
    case SCHEMA_TIME: schema_encode_text(out, clock_format(*(const int64_t *)at, text)); return;
    case SCHEMA_ANY: {
        const char *value = *(const char *const *)at;
        buf_puts(out, value ? value : "null");
        return;
    }
    case SCHEMA_OBJECT: schema_encode(out, field->of(), at, level); return;
    }
}

static bool is_nothing(const struct schema_field *field, const void *at)
{
    switch ((enum schema_kind)field->kind) {
    case SCHEMA_STR: {
        const char *value = *(const char *const *)at;
        return !value || !*value;
    }
    case SCHEMA_BOOL: return !*(const bool *)at;
    case SCHEMA_I64:
    case SCHEMA_TIME: return !*(const int64_t *)at;
    case SCHEMA_U64: return !*(const uint64_t *)at;
    case SCHEMA_F64: return *(const double *)at == 0;
    case SCHEMA_ANY: return !*(const char *const *)at;
    case SCHEMA_OBJECT: return false; /* like Go, a struct is never empty */
    }
    return false;
}

/* Every list and map in a wire struct has this layout. */
struct any_list {
    const char *items;
    size_t count;
};

static void encode_items(struct buf *out, const struct schema_field *field, const struct any_list *list, unsigned level)
{
    buf_putc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_putc(out, ',');
        encode_value(out, field, list->items + i * field->item_size, level);
    }
    buf_putc(out, ']');
}

static void encode_list(struct buf *out, const struct schema_field *field, const struct any_list *list, unsigned level)
{
    if (!list->count && !(field->flags & EMPTY))
        buf_puts(out, "null");
    else
        encode_items(out, field, list, level);
}

static void encode_list_list(struct buf *out, const struct schema_field *field, const struct any_list *list,
                             unsigned level)
{
    buf_putc(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buf_putc(out, ',');
        encode_list(out, field, (const struct any_list *)list->items + i, level);
    }
    buf_putc(out, ']');
}

struct map_list_entry {
    const char *key;
    struct any_list value;
};

static void encode_map(struct buf *out, const struct schema_field *field, const struct any_list *map, unsigned level)
{
    buf_putc(out, '{');
    size_t stride = field->shape == SCHEMA_SET        ? sizeof(char *)
                    : field->shape == SCHEMA_MAP_LIST ? sizeof(struct map_list_entry)
                                                      : field->item_size;
    for (size_t i = 0; i < map->count; i++) {
        const char *entry = map->items + i * stride;
        if (i)
            buf_putc(out, ',');
        schema_encode_text(out, *(const char *const *)entry);
        buf_putc(out, ':');
        if (field->shape == SCHEMA_SET)
            buf_puts(out, "{}");
        else if (field->shape == SCHEMA_MAP_LIST && ((const struct map_list_entry *)entry)->value.count)
            encode_items(out, field, &((const struct map_list_entry *)entry)->value, level);
        else if (field->shape == SCHEMA_MAP_LIST)
            buf_puts(out, "null"); /* EMPTY is about the map; an exposed port that nobody published is null to clients */
        else
            encode_value(out, field, entry + sizeof(char *), level);
    }
    buf_putc(out, '}');
}

static bool is_absent(const struct schema_field *field, const void *at)
{
    switch ((enum schema_shape)field->shape) {
    case SCHEMA_ONE: return is_nothing(field, at);
    case SCHEMA_OPT: return !*(const void *const *)at;
    case SCHEMA_EMBED: return false;
    default: return !((const struct any_list *)at)->count;
    }
}

static void encode_shape(struct buf *out, const struct schema_field *field, const void *at, unsigned level)
{
    const struct any_list *list = at;
    switch ((enum schema_shape)field->shape) {
    case SCHEMA_OPT:
        if (*(const void *const *)at)
            encode_value(out, field, *(const void *const *)at, level);
        else
            buf_puts(out, "null");
        return;
    case SCHEMA_LIST: encode_list(out, field, list, level); return;
    case SCHEMA_LIST_LIST:
    case SCHEMA_MAP:
    case SCHEMA_MAP_LIST:
    case SCHEMA_SET:
        if (!list->count && !(field->flags & EMPTY))
            buf_puts(out, "null");
        else if (field->shape == SCHEMA_LIST_LIST)
            encode_list_list(out, field, list, level);
        else
            encode_map(out, field, list, level);
        return;
    default: encode_value(out, field, at, level);
    }
}

static bool at_level(const struct schema_field *field, unsigned level)
{
    unsigned since = field->flags >> 16 & 0xff, until = field->flags >> 24;
    return level >= since && (!until || level <= until);
}

static void encode_fields(struct buf *out, const struct schema *schema, const void *object, unsigned level, bool *first)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        const char *at = (const char *)object + field->offset;
        if (!at_level(field, level))
            continue;
        if (field->shape == SCHEMA_EMBED) {
            encode_fields(out, field->of(), at, level, first);
            continue;
        }
        if (field->flags & OMIT && is_absent(field, at))
            continue;
        if (!*first)
            buf_putc(out, ',');
        *first = false;
        schema_encode_text(out, field->key);
        buf_putc(out, ':');
        encode_shape(out, field, at, level);
    }
}

void schema_encode(struct buf *out, const struct schema *schema, const void *object, unsigned level)
{
    bool first = true;
    buf_putc(out, '{');
    encode_fields(out, schema, object, level, &first);
    buf_putc(out, '}');
}

void schema_encode_list(struct buf *out, const struct schema *schema, const void *items, size_t count, unsigned level)
{
    buf_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_putc(out, ',');
        schema_encode(out, schema, (const char *)items + i * schema->size, level);
    }
    buf_putc(out, ']');
}
