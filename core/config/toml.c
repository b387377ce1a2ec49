#include "core/config/toml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MAX_NESTING 16
#define MAX_STRING (1u << 20)

struct reader {
    struct arena *arena;
    const char *at, *file;
    unsigned line, depth;
};

static int wrong(struct reader *reader, const char *what, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%s:%u: %s", reader->file, reader->line, what);
}

static struct toml *new_value(struct reader *reader, enum toml_kind kind)
{
    struct toml *value = arena_zalloc(reader->arena, sizeof *value);
    value->kind = kind;
    value->line = reader->line;
    return value;
}

static void skip_blanks(struct reader *reader)
{
    reader->at += strspn(reader->at, " \t");
}

/* Blanks, comments and line ends. */
static void skip_lines(struct reader *reader)
{
    for (;;) {
        skip_blanks(reader);
        if (*reader->at == '#')
            reader->at += strcspn(reader->at, "\n");
        if (*reader->at == '\r' && reader->at[1] == '\n')
            reader->at++;
        if (*reader->at != '\n')
            return;
        reader->at++;
        reader->line++;
    }
}

static void *grow(struct reader *reader, void *items, size_t count, size_t size)
{
    void *bigger = arena_array(reader->arena, count + 1, size);
    return count ? memcpy(bigger, items, count * size) : bigger;
}

static struct toml *find(const struct toml *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++)
        if (!strcmp(table->entries[i].key, key))
            return table->entries[i].value;
    return NULL;
}

static void put(struct reader *reader, struct toml *table, const char *key, struct toml *value)
{
    table->entries = grow(reader, table->entries, table->count, sizeof *table->entries);
    table->entries[table->count++] = (struct toml_entry){ key, value };
}

static void put_utf8(struct buf *out, unsigned long code)
{
    if (code < 0x80) {
        buf_putc(out, (char)code);
    } else if (code < 0x800) {
        buf_putc(out, (char)(0xc0 | code >> 6));
        buf_putc(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        buf_putc(out, (char)(0xe0 | code >> 12));
        buf_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
        buf_putc(out, (char)(0x80 | (code & 0x3f)));
    } else {
        buf_putc(out, (char)(0xf0 | code >> 18));
        buf_putc(out, (char)(0x80 | (code >> 12 & 0x3f)));
        buf_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
        buf_putc(out, (char)(0x80 | (code & 0x3f)));
    }
}

static int read_escape(struct reader *reader, struct buf *out, struct error **err)
{
    static const char letters[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
    char letter = *reader->at++;
    const char *known = letter ? strchr(letters, letter) : NULL;
    if (known) {
        buf_putc(out, bytes[known - letters]);
        return 0;
    }
    size_t digits = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    char hex[9] = "";
    for (size_t i = 0; i < digits && isxdigit((unsigned char)reader->at[i]); i++)
        hex[i] = reader->at[i];
    unsigned long code = strtoul(hex, NULL, 16);
    if (!digits || strlen(hex) != digits || !code || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return wrong(reader, "unknown escape in a string", err);
    reader->at += digits;
    put_utf8(out, code);
    return 0;
}

/* @quote is " or '; three of them span lines. */
static const char *read_string(struct reader *reader, struct error **err)
{
    char quote = *reader->at;
    bool multi = reader->at[1] == quote && reader->at[2] == quote;
    autobuf out = BUF(MAX_STRING);
    reader->at += multi ? 3 : 1;
    if (multi && *reader->at == '\n') {
        reader->at++;
        reader->line++;
    }
    for (;;) {
        char c = *reader->at;
        if (!c || (c == '\n' && !multi)) {
            wrong(reader, "a string does not end", err);
            return NULL;
        }
        reader->at++;
        if (c == quote && !multi)
            break;
        if (c == quote && reader->at[0] == quote && reader->at[1] == quote) {
            reader->at += 2;
            break;
        }
        if (c == '\\' && quote == '"' && multi && (*reader->at == '\n' || *reader->at == '\r')) {
            for (; isspace((unsigned char)*reader->at); reader->at++)
                reader->line += *reader->at == '\n';
        } else if (c == '\\' && quote == '"') {
            if (read_escape(reader, &out, err) < 0)
                return NULL;
        } else {
            reader->line += c == '\n';
            buf_putc(&out, c);
        }
    }
    return arena_strdup(reader->arena, buf_text(&out));
}

static const char *read_key(struct reader *reader, struct error **err)
{
    skip_blanks(reader);
    if (*reader->at == '"' || *reader->at == '\'')
        return read_string(reader, err);
    size_t len = 0;
    while (isalnum((unsigned char)reader->at[len]) || reader->at[len] == '_' || reader->at[len] == '-')
        len++;
    if (!len) {
        wrong(reader, "expected a key", err);
        return NULL;
    }
    const char *key = arena_strndup(reader->arena, reader->at, len);
    reader->at += len;
    return key;
}

static struct toml *read_value(struct reader *reader, struct error **err);

/* The table a dotted key leads to; its last part in @ret_key. A list of tables leads to its last one. */
static struct toml *descend(struct reader *reader, struct toml *table, const char **ret_key, struct error **err)
{
    const char *key = read_key(reader, err);
    while (key) {
        skip_blanks(reader);
        if (*reader->at != '.') {
            *ret_key = key;
            return table;
        }
        reader->at++;
        struct toml *next = find(table, key);
        if (!next)
            put(reader, table, key, next = new_value(reader, TOML_TABLE));
        if (next->kind == TOML_LIST && next->count && !next->closed)
            next = next->items[next->count - 1];
        if (next->kind != TOML_TABLE || next->closed) {
            wrong(reader, "a key leads through something that is no table", err);
            return NULL;
        }
        table = next;
        key = read_key(reader, err);
    }
    return NULL;
}

static int read_pair(struct reader *reader, struct toml *table, struct error **err)
{
    const char *key;
    struct toml *place = descend(reader, table, &key, err);
    if (!place)
        return -1;
    if (*reader->at != '=')
        return wrong(reader, "expected = after a key", err);
    reader->at++;
    if (find(place, key))
        return wrong(reader, "a key comes twice", err);
    struct toml *value = read_value(reader, err);
    if (!value)
        return -1;
    put(reader, place, key, value);
    return 0;
}

static struct toml *read_list(struct reader *reader, struct error **err)
{
    struct toml *list = new_value(reader, TOML_LIST);
    list->closed = true;
    reader->at++;
    for (;;) {
        skip_lines(reader);
        if (*reader->at == ']')
            break;
        struct toml *item = read_value(reader, err);
        if (!item)
            return NULL;
        list->items = grow(reader, list->items, list->count, sizeof *list->items);
        list->items[list->count++] = item;
        skip_lines(reader);
        if (*reader->at == ',') {
            reader->at++;
        } else if (*reader->at != ']') {
            wrong(reader, "expected , or ] in a list", err);
            return NULL;
        }
    }
    reader->at++;
    return list;
}

static struct toml *read_inline_table(struct reader *reader, struct error **err)
{
    struct toml *table = new_value(reader, TOML_TABLE);
    reader->at++;
    for (;;) {
        skip_lines(reader);
        if (*reader->at == '}')
            break;
        if (read_pair(reader, table, err) < 0)
            return NULL;
        skip_lines(reader);
        if (*reader->at == ',') {
            reader->at++;
        } else if (*reader->at != '}') {
            wrong(reader, "expected , or } in a table", err);
            return NULL;
        }
    }
    reader->at++;
    table->closed = true;
    return table;
}

static struct toml *read_number(struct reader *reader, struct error **err)
{
    char digits[64];
    size_t len = 0, kept = 0;
    while (isalnum((unsigned char)reader->at[len]) || (reader->at[len] && strchr("+-._", reader->at[len]))) {
        if (reader->at[len] != '_' && kept < sizeof digits - 1)
            digits[kept++] = reader->at[len];
        len++;
    }
    digits[kept] = '\0';
    char *end;
    bool octal = !strncmp(digits, "0o", 2);
    long long integer = octal ? strtoll(digits + 2, &end, 8) : strtoll(digits, &end, !strncmp(digits, "0x", 2) ? 16 : 10);
    if (kept && !*end) {
        struct toml *value = new_value(reader, TOML_INTEGER);
        value->integer = integer;
        reader->at += len;
        return value;
    }
    strtod(digits, &end);
    if (!kept || *end) {
        wrong(reader, "expected a value", err);
        return NULL;
    }
    struct toml *value = new_value(reader, TOML_TEXT);
    value->text = arena_strdup(reader->arena, digits);
    reader->at += len;
    return value;
}

static bool take_word(struct reader *reader, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(reader->at, word, len) || isalnum((unsigned char)reader->at[len]))
        return false;
    reader->at += len;
    return true;
}

static struct toml *read_value(struct reader *reader, struct error **err)
{
    struct toml *value = NULL;
    if (++reader->depth > MAX_NESTING) {
        wrong(reader, "values are nested too deep", err);
        return NULL;
    }
    skip_blanks(reader);
    if (*reader->at == '"' || *reader->at == '\'') {
        const char *text = read_string(reader, err);
        if (text) {
            value = new_value(reader, TOML_TEXT);
            value->text = text;
        }
    } else if (*reader->at == '[') {
        value = read_list(reader, err);
    } else if (*reader->at == '{') {
        value = read_inline_table(reader, err);
    } else if (take_word(reader, "true") || take_word(reader, "false")) {
        value = new_value(reader, TOML_BOOL);
        value->truth = reader->at[-2] == 'u'; /* tr-u-e */
    } else {
        value = read_number(reader, err);
    }
    reader->depth--;
    return value;
}

/* [a.b] and [[a.b]] */
static struct toml *read_header(struct reader *reader, struct toml *root, struct error **err)
{
    bool list = reader->at[1] == '[';
    const char *key;
    reader->at += list ? 2 : 1;
    struct toml *parent = descend(reader, root, &key, err);
    if (!parent)
        return NULL;
    if (strncmp(reader->at, "]]", list ? 2 : 1)) {
        wrong(reader, "a table's header does not end", err);
        return NULL;
    }
    reader->at += list ? 2 : 1;
    struct toml *there = find(parent, key);
    if (list) {
        if (!there)
            put(reader, parent, key, there = new_value(reader, TOML_LIST));
        if (there->kind != TOML_LIST || there->closed) {
            wrong(reader, "a list of tables has the name of something else", err);
            return NULL;
        }
        there->items = grow(reader, there->items, there->count, sizeof *there->items);
        return there->items[there->count++] = new_value(reader, TOML_TABLE);
    }
    if (!there)
        put(reader, parent, key, there = new_value(reader, TOML_TABLE));
    if (there->kind != TOML_TABLE || there->closed) {
        wrong(reader, "a table has the name of something else", err);
        return NULL;
    }
    return there;
}

struct toml *toml_parse(struct arena *arena, const char *text, const char *file, struct error **err)
{
    struct reader reader = { .arena = arena, .at = text, .file = file, .line = 1 };
    struct toml *root = new_value(&reader, TOML_TABLE), *table = root;
    for (;;) {
        skip_lines(&reader);
        if (!*reader.at)
            return root;
        if (*reader.at == '[') {
            table = read_header(&reader, root, err);
            if (!table)
                return NULL;
        } else if (read_pair(&reader, table, err) < 0) {
            return NULL;
        }
        skip_blanks(&reader);
        if (*reader.at && !strchr("\r\n#", *reader.at)) {
            wrong(&reader, "expected the end of the line", err);
            return NULL;
        }
    }
}

const struct toml *toml_get(const struct toml *table, const char *path)
{
    while (table && *path) {
        size_t len = strcspn(path, ".");
        const struct toml *next = NULL;
        for (size_t i = 0; table->kind == TOML_TABLE && i < table->count; i++)
            if (strlen(table->entries[i].key) == len && !strncmp(table->entries[i].key, path, len))
                next = table->entries[i].value;
        table = next;
        path += len + (path[len] == '.');
    }
    return table;
}

const char *toml_text(const struct toml *table, const char *path, const char *fallback)
{
    const struct toml *value = toml_get(table, path);
    return value && value->kind == TOML_TEXT ? value->text : fallback;
}

int64_t toml_integer(const struct toml *table, const char *path, int64_t fallback)
{
    const struct toml *value = toml_get(table, path);
    return value && value->kind == TOML_INTEGER ? value->integer : fallback;
}

bool toml_bool(const struct toml *table, const char *path, bool fallback)
{
    const struct toml *value = toml_get(table, path);
    return value && value->kind == TOML_BOOL ? value->truth : fallback;
}

bool toml_texts(struct arena *arena, const struct toml *table, const char *path, struct str_list *list)
{
    const struct toml *value = toml_get(table, path);
    if (!value)
        return false;
    if (value->kind == TOML_TEXT)
        str_list_add(arena, list, value->text);
    for (size_t i = 0; value->kind == TOML_LIST && i < value->count; i++)
        if (value->items[i]->kind == TOML_TEXT)
            str_list_add(arena, list, value->items[i]->text);
    return true;
}
