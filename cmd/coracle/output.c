#include "cmd/coracle/output.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define MAX_OUTPUT (64u << 20)
#define INDENT 4
#define DOTS "..."

const char *output_member(const struct json *object, const char *key)
{
    const char *text = json_get_text(object, key);
    return text ? text : "";
}

const char *output_size(struct arena *arena, double bytes)
{
    static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
    size_t unit = 0;
    for (; bytes >= 1000 && unit < 4; unit++)
        bytes /= 1000;
    return arena_printf(arena, "%.3g %s", bytes, units[unit]);
}

const char *output_age(struct arena *arena, long long unix_seconds)
{
    static const struct {
        long long seconds;
        const char *name;
    } units[] = { { 31536000, "year" }, { 2592000, "month" }, { 604800, "week" }, { 86400, "day" },
                  { 3600, "hour" },     { 60, "minute" },     { 1, "second" } };
    long long age = (long long)time(NULL) - unix_seconds;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (age >= units[i].seconds)
            return arena_printf(arena, "%lld %s%s", age / units[i].seconds, units[i].name,
                                age / units[i].seconds == 1 ? "" : "s");
    return "less than a second";
}

const char *output_ago(struct arena *arena, long long unix_seconds)
{
    return arena_printf(arena, "%s ago", output_age(arena, unix_seconds));
}

static const struct json *member(const struct json *object, const char *key, size_t len)
{
    if (object->kind != JSON_OBJECT_KIND)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (strlen(object->members[i].key) == len && !strncasecmp(object->members[i].key, key, len))
            return &object->members[i].value;
    return NULL;
}

static void put_value(struct buf *out, const struct json *value)
{
    if (value->kind == JSON_TEXT_KIND) {
        buf_append(out, value->text, value->text_len);
    } else if (value->kind == JSON_LIST_KIND && value->count && value->members[0].value.kind == JSON_TEXT_KIND) {
        for (size_t i = 0; i < value->count; i++) {
            buf_puts(out, i ? "," : "");
            put_value(out, &value->members[i].value);
        }
    } else {
        json_print(out, value);
    }
}

/* Members of these differ from object to object: one that is not there is no mistake of the format's. */
static bool is_map(const char *key, size_t len)
{
    static const char *const maps[] = { "Attributes", "Labels", "Options" };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        if (strlen(maps[i]) == len && !strncasecmp(key, maps[i], len))
            return true;
    return false;
}

/* The inside of {{ … }}: ".A.B", ".", "json ." or "json .A". */
static int put_field(struct buf *out, const char *field, size_t len, const struct json *row, struct error **err)
{
    const char *at = field, *end = field + len;
    bool as_json = false;
    while (at < end && *at == ' ')
        at++;
    while (end > at && end[-1] == ' ')
        end--;
    if (end - at > 5 && !strncmp(at, "json ", 5)) {
        as_json = true;
        at += 5;
    }
    if (at == end || *at != '.')
        return error_set(err, ERROR_INVALID, 0,
                         "--format: \"{{%.*s}}\" is not understood: expected {{.Name}} or {{json .}}", (int)len, field);
    const struct json *value = row;
    bool in_map = false;
    while (at < end && *at == '.' && end - at > 1) {
        const char *key = ++at;
        while (at < end && *at != '.')
            at++;
        value = member(value, key, (size_t)(at - key));
        if (!value && in_map) {
            buf_puts(out, "<no value>");
            return 0;
        }
        in_map = is_map(key, (size_t)(at - key));
        if (!value)
            return error_set(err, ERROR_INVALID, 0, "--format: there is no member \"%.*s\"", (int)(at - key), key);
    }
    if (as_json)
        json_print(out, value);
    else
        put_value(out, value);
    return 0;
}

static int put_template(struct buf *out, const char *format, const struct json *row, struct error **err)
{
    while (*format) {
        if (!strncmp(format, "{{", 2)) {
            const char *end = strstr(format, "}}");
            if (!end)
                return error_set(err, ERROR_INVALID, 0, "--format: \"{{\" without \"}}\"");
            if (put_field(out, format + 2, (size_t)(end - format) - 2, row, err) < 0)
                return -1;
            format = end + 2;
        } else if (*format == '\\' && (format[1] == 'n' || format[1] == 't')) {
            buf_putc(out, format[1] == 'n' ? '\n' : '\t');
            format += 2;
        } else {
            buf_putc(out, *format++);
        }
    }
    buf_putc(out, '\n');
    return 0;
}

/* ---- JSON for people ---- */

static void put_indented(struct buf *out, const struct json *value, unsigned depth)
{
    bool object = value->kind == JSON_OBJECT_KIND;
    if ((!object && value->kind != JSON_LIST_KIND) || !value->count) {
        json_print(out, value);
        return;
    }
    buf_putc(out, object ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        buf_printf(out, "%s\n%*s", i ? "," : "", (int)(depth + 1) * INDENT, "");
        if (object) {
            schema_encode_text(out, value->members[i].key);
            buf_puts(out, ": ");
        }
        put_indented(out, &value->members[i].value, depth + 1);
    }
    buf_printf(out, "\n%*s%c", (int)depth * INDENT, "", object ? '}' : ']');
}

static void put_json(struct buf *out, const char *format, const struct json *object)
{
    if (!format && isatty(STDOUT_FILENO))
        put_indented(out, object, 0);
    else
        json_print(out, object);
    buf_putc(out, '\n');
}

int output_object(const char *format, const struct json *object, struct error **err)
{
    autobuf out = BUF(MAX_OUTPUT);
    if (!format || !strcmp(format, "json"))
        put_json(&out, format, object);
    else if (put_template(&out, format, object, err) < 0)
        return -1;
    fwrite(buf_text(&out), 1, out.len, stdout);
    return 0;
}

/* ---- text for terminals ---- */

/* Bytes of the character that begins there; what is no UTF-8 counts byte by byte. */
static size_t character(const char *text)
{
    unsigned char first = (unsigned char)*text;
    size_t len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 1;
    return len;
}

static size_t width_of(const char *text)
{
    size_t count = 0;
    for (; *text; text += character(text))
        count++;
    return count;
}

const char *output_shorten(struct arena *arena, const char *text, size_t max)
{
    if (width_of(text) <= max)
        return text;
    const char *end = text;
    for (size_t i = strlen(DOTS); i < max; i++)
        end += character(end);
    return arena_printf(arena, "%.*s" DOTS, (int)(end - text), text);
}

/* Also the controls above ASCII, which some terminals obey. */
static bool is_control(const char *text, size_t len)
{
    unsigned char first = (unsigned char)*text, second = len == 2 ? (unsigned char)text[1] : 0;
    return len == 1 ? first < 0x20 || first >= 0x7f : first == 0xc2 && second < 0xa0;
}

const char *output_harmless(struct arena *arena, const char *text, const char *keep)
{
    char *copy = arena_strdup(arena, text), *to = copy;
    for (size_t len; *text; text += len) {
        len = character(text);
        if (is_control(text, len) && !strchr(keep, *text)) {
            *to++ = '?';
        } else {
            memcpy(to, text, len);
            to += len;
        }
    }
    *to = '\0';
    return copy;
}

static void put_cell(const char *text, size_t width, bool last)
{
    printf("%s%*s%s", text, last ? 0 : (int)(width - width_of(text)), "", last ? "\n" : "  ");
}

static void table(struct arena *arena, const struct column *columns, size_t count, const struct json *rows)
{
    const char **cells = arena_array(arena, (rows->count + 1) * count, sizeof *cells);
    size_t *widths = arena_array(arena, count, sizeof *widths);
    for (size_t r = 0; r <= rows->count; r++) {
        for (size_t c = 0; c < count; c++) {
            const struct json *row = r ? &rows->members[r - 1].value : NULL;
            const char *text = row ? output_harmless(arena, columns[c].text(arena, row), "") : columns[c].title;
            cells[r * count + c] = text;
            if (width_of(text) > widths[c])
                widths[c] = width_of(text);
        }
    }
    for (size_t r = 0; r <= rows->count; r++)
        for (size_t c = 0; c < count; c++)
            put_cell(cells[r * count + c], widths[c], c + 1 == count);
}

int output_rows(struct arena *arena, const char *format, const struct column *columns, size_t count,
                const struct json *rows, struct error **err)
{
    if (!format) {
        table(arena, columns, count, rows);
        return 0;
    }
    for (size_t i = 0; i < rows->count; i++)
        if (output_object(format, &rows->members[i].value, err) < 0)
            return -1;
    return 0;
}
