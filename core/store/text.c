#include "core/store/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"

struct scan {
    const char *text;
    size_t len, at;
};

static char peek(struct scan *scan)
{
    while (scan->at < scan->len && strchr(" \t\r\n", scan->text[scan->at]) && scan->text[scan->at])
        scan->at++;
    return scan->at < scan->len ? scan->text[scan->at] : '\0';
}

static bool take(struct scan *scan, char wanted)
{
    if (peek(scan) != wanted)
        return false;
    scan->at++;
    return true;
}

/* From the opening quote to behind the closing one. */
static int skip_string(struct scan *scan)
{
    for (scan->at++; scan->at < scan->len; scan->at++) {
        if (scan->text[scan->at] == '\\')
            scan->at++;
        else if (scan->text[scan->at] == '"')
            return scan->at++, 0;
    }
    return -1;
}

static int skip_value(struct scan *scan)
{
    char first = peek(scan);
    if (first == '"')
        return skip_string(scan);
    if (first != '{' && first != '[') {
        size_t start = scan->at;
        while (scan->at < scan->len && !strchr(",]} \t\r\n", scan->text[scan->at]))
            scan->at++;
        return scan->at > start ? 0 : -1;
    }
    for (size_t depth = 0; scan->at < scan->len;) {
        char c = scan->text[scan->at];
        if (c == '"') {
            if (skip_string(scan) < 0)
                return -1;
            continue;
        }
        scan->at++;
        if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && !--depth)
            return 0;
    }
    return -1;
}

struct text_span *text_items(const char *text, size_t len, long *ret_count)
{
    struct scan scan = { text, len, 0 };
    struct text_span *items = mem_alloc(sizeof *items);
    size_t count = 0, room = 1;
    if (!take(&scan, '['))
        goto wrong;
    for (bool more = !take(&scan, ']'); more; more = take(&scan, ',')) {
        peek(&scan);
        size_t start = scan.at;
        if (skip_value(&scan) < 0)
            goto wrong;
        if (count == room)
            items = mem_regrow(items, room *= 2, sizeof *items);
        items[count++] = (struct text_span){ start, scan.at - start };
    }
    if (count && !take(&scan, ']'))
        goto wrong;
    if (peek(&scan) || scan.at < len)
        goto wrong;
    *ret_count = (long)count;
    return items;
wrong:
    free(items);
    *ret_count = -1;
    return NULL;
}

/* Finds the member: its whole extent from the key to the value's end, and the value's. 1 found, 0 not, -1 no object.
 * @ret_last: where a further member would go. @ret_empty: there are no members. */
static int find_member(const char *object, size_t len, const char *key, struct text_span *ret_value,
                       struct text_span *ret_member, size_t *ret_last, bool *ret_empty)
{
    struct scan scan = { object, len, 0 };
    int found = 0;
    if (!take(&scan, '{'))
        return -1;
    *ret_last = scan.at;
    *ret_empty = true;
    for (bool more = !take(&scan, '}'); more; more = take(&scan, ',')) {
        if (peek(&scan) != '"')
            return -1;
        size_t start = scan.at;
        if (skip_string(&scan) < 0)
            return -1;
        bool same = scan.at - start == strlen(key) + 2 && !memcmp(object + start + 1, key, strlen(key));
        if (!take(&scan, ':'))
            return -1;
        peek(&scan);
        size_t value = scan.at;
        if (skip_value(&scan) < 0)
            return -1;
        if (same) {
            *ret_value = (struct text_span){ value, scan.at - value };
            *ret_member = (struct text_span){ start, scan.at - start };
            found = 1;
        }
        *ret_last = scan.at;
        *ret_empty = false;
    }
    return *ret_empty || take(&scan, '}') ? found : -1;
}

/* Without the member and one of the commas beside it. */
static void cut_member(struct buf *out, const char *object, size_t len, struct text_span member)
{
    size_t start = member.at, end = member.at + member.len, after = end;
    while (after < len && strchr(" \t\r\n", object[after]))
        after++;
    if (after < len && object[after] == ',') {
        end = after + 1;
    } else {
        while (start && object[start - 1] != ',' && object[start - 1] != '{')
            start--;
        if (start && object[start - 1] == ',')
            start--;
    }
    buf_append(out, object, start);
    buf_append(out, object + end, len - end);
}

int text_set_member(struct buf *out, const char *object, size_t len, const char *key, const char *value)
{
    struct text_span old = { 0 }, member = { 0 };
    size_t last;
    bool empty;
    int found = find_member(object, len, key, &old, &member, &last, &empty);
    if (found < 0)
        return -1;
    if (!value && found) {
        cut_member(out, object, len, member);
    } else if (!value) {
        buf_append(out, object, len);
    } else if (found) {
        buf_append(out, object, old.at);
        buf_puts(out, value);
        buf_append(out, object + old.at + old.len, len - old.at - old.len);
    } else {
        buf_append(out, object, last);
        buf_printf(out, "%s\"%s\":%s", empty ? "" : ",", key, value);
        buf_append(out, object + last, len - last);
    }
    return 0;
}

char *text_member(const char *object, size_t len, const char *key)
{
    struct text_span value, member;
    size_t last;
    bool empty;
    if (find_member(object, len, key, &value, &member, &last, &empty) <= 0)
        return NULL;
    return mem_strndup(object + value.at, value.len);
}
