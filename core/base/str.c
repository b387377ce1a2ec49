#include "core/base/str.h"

#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"

bool str_eq(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

bool str_starts(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

bool str_ends(const char *text, const char *suffix)
{
    size_t len = strlen(text), tail = strlen(suffix);
    return len >= tail && !strcmp(text + len - tail, suffix);
}

bool str_is_hex(const char *text)
{
    return *text && text[strspn(text, "0123456789abcdef")] == '\0';
}

size_t str_utf8_length(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t len = *at < 0x80 ? 1 : (*at & 0xe0) == 0xc0 ? 2 : (*at & 0xf0) == 0xe0 ? 3 : (*at & 0xf8) == 0xf0 ? 4 : 0;
    uint32_t code = len == 1 ? *at : len ? *at & (0x7fu >> len) : 0;
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3f);
    }
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (!len || code < least[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0;
    return len;
}

bool str_is_utf8(const char *text)
{
    size_t len;
    for (; *text; text += len)
        if (!(len = str_utf8_length(text)))
            return false;
    return true;
}

int64_t str_to_int(const char *text)
{
    int64_t value = 0;
    size_t len = strlen(text);
    if (!len || len > 18)
        return -1;
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text))
            return -1;
        value = value * 10 + (*text - '0');
    }
    return value;
}

bool str_list_has(const struct str_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], text))
            return true;
    return false;
}

/* Grows at powers of two, so the count alone tells when. */
static void *grow(struct arena *arena, void *items, size_t count, size_t size)
{
    if (count & (count - 1) || count == 0)
        return count ? items : arena_array(arena, 1, size);
    void *bigger = arena_array(arena, count * 2, size);
    return memcpy(bigger, items, count * size);
}

void str_list_add(struct arena *arena, struct str_list *list, const char *text)
{
    list->items = grow(arena, list->items, list->count, sizeof *list->items);
    list->items[list->count++] = text;
}

struct str_list str_list_copy(struct arena *arena, const struct str_list *list)
{
    struct str_list copy = { 0 };
    for (size_t i = 0; i < list->count; i++)
        str_list_add(arena, &copy, arena_strdup(arena, list->items[i]));
    return copy;
}

struct str_list str_split(struct arena *arena, const char *text, char separator)
{
    struct str_list list = { 0 };
    while (*text) {
        const char *end = strchrnul(text, separator);
        str_list_add(arena, &list, arena_strndup(arena, text, (size_t)(end - text)));
        if (!*end)
            break;
        text = end + 1;
    }
    return list;
}

char *str_join(struct arena *arena, const struct str_list *list, const char *separator)
{
    size_t len = 1;
    for (size_t i = 0; i < list->count; i++)
        len += strlen(list->items[i]) + strlen(separator);
    char *text = arena_zalloc(arena, len), *at = text;
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            at = stpcpy(at, separator);
        at = stpcpy(at, list->items[i]);
    }
    return text;
}

const char *str_map_get(const struct str_map *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (!strcmp(map->items[i].key, key))
            return map->items[i].value;
    return NULL;
}

void str_map_set(struct arena *arena, struct str_map *map, const char *key, const char *value)
{
    for (size_t i = 0; i < map->count; i++) {
        if (!strcmp(map->items[i].key, key)) {
            map->items[i].value = value;
            return;
        }
    }
    map->items = grow(arena, map->items, map->count, sizeof *map->items);
    map->items[map->count++] = (struct str_pair){ key, value };
}

void str_to_hex(const void *data, size_t len, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i++) {
        *ret_text++ = digits[bytes[i] >> 4];
        *ret_text++ = digits[bytes[i] & 15];
    }
    *ret_text = '\0';
}

char *str_base64(struct arena *arena, const void *data, size_t len)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = data;
    char *text = arena_zalloc(arena, (len + 2) / 3 * 4 + 1), *out = text;
    for (size_t i = 0; i < len; i += 3) {
        size_t have = len - i < 3 ? len - i : 3;
        uint32_t group = (uint32_t)in[i] << 16;
        if (have > 1)
            group |= (uint32_t)in[i + 1] << 8;
        if (have > 2)
            group |= in[i + 2];
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = have > 1 ? alphabet[group >> 6 & 63] : '=';
        *out++ = have > 2 ? alphabet[group & 63] : '=';
    }
    return text;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

char *str_base64_decode(struct arena *arena, const char *text, size_t *ret_len)
{
    size_t len = strlen(text);
    while (len && text[len - 1] == '=')
        len--;
    if (len % 4 == 1)
        return NULL;
    char *data = arena_zalloc(arena, len / 4 * 3 + 4), *out = data;
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < len; i++) {
        int value = base64_value(text[i]);
        if (value < 0)
            return NULL;
        bits = bits << 6 | (uint32_t)value;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *out++ = (char)(bits >> have & 255);
        }
    }
    *ret_len = (size_t)(out - data);
    return data;
}

int str_check_name(const char *name, const char *field, struct error **err)
{
    bool good = isalnum((unsigned char)*name) && strlen(name) <= 255;
    for (const char *at = name; good && *at; at++)
        good = isalnum((unsigned char)*at) || strchr("_.-", *at);
    if (!good)
        return error_set(err, ERROR_INVALID, 0, "%s: \"%s\" is not a valid name: expected [a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 255",
                         field, name);
    return 0;
}
