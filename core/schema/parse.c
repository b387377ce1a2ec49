#include "core/schema/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/error.h"

/* A value of jansson's takes some 250 bytes of memory, and can be two bytes of text. */
#define PARSE_BYTES_PER_VALUE 16
#define PARSE_VALUES_ANYWAY 1024

/* Passes the string that begins at @at. */
static size_t string_end(const char *text, size_t len, size_t at)
{
    for (at++; at < len && text[at] != '"'; at++)
        at += text[at] == '\\';
    return at;
}

/* jansson recurses as deep as the text says (its own bound is 2048, too much for our small stacks), and allocates for
 * every value before anybody can look. */
static int check_shape(const char *text, size_t len, struct schema_limits limits, struct error **err)
{
    size_t values = 0, most = limits.max_bytes / PARSE_BYTES_PER_VALUE + PARSE_VALUES_ANYWAY;
    unsigned depth = 0;
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '"': i = string_end(text, len, i); break;
        case '{':
        case '[':
            if (++depth > limits.max_depth)
                return error_set(err, ERROR_TOO_LARGE, 0, "body: JSON more than %u levels deep", limits.max_depth);
            values++;
            break;
        case '}':
        case ']': depth -= depth > 0; break;
        case ',': values++; break;
        default: break;
        }
    }
    if (values > most)
        return error_set(err, ERROR_TOO_LARGE, 0, "body: JSON of more than %zu values", most);
    return 0;
}

/* Whether "@digits…" is an integer that int64 cannot hold. @ret_len: of the number */
static bool is_big_integer(const char *text, size_t len, size_t *ret_len)
{
    size_t digits = *text == '-';
    while (digits < len && isdigit((unsigned char)text[digits]))
        digits++;
    *ret_len = digits;
    if (digits < 19 || (digits < len && strchr(".eE", text[digits])))
        return false;
    char number[24];
    if (digits >= sizeof number)
        return true;
    memcpy(number, text, digits);
    number[digits] = '\0';
    errno = 0;
    strtoll(number, NULL, 10);
    return errno == ERANGE;
}

/* Writes integers beyond int64 as reals, which jansson takes: podman's "unlimited" is 18446744073709551615. */
static void widen_integers(struct buf *out, const char *text, size_t len)
{
    size_t copied = 0;
    for (size_t i = 0; i < len; i++) {
        size_t number;
        if (text[i] == '"') {
            i = string_end(text, len, i);
        } else if (text[i] == '-' || isdigit((unsigned char)text[i])) {
            bool big = is_big_integer(text + i, len - i, &number);
            i += number ? number - 1 : 0;
            if (!big)
                continue;
            buf_append(out, text + copied, i + 1 - copied);
            buf_puts(out, ".0");
            copied = i + 1;
        }
    }
    buf_append(out, text + copied, len - copied);
}

json_t *parse_document(const char *text, size_t len, struct schema_limits limits, struct error **err)
{
    if (len > limits.max_bytes) {
        error_set(err, ERROR_TOO_LARGE, 0, "body: %zu bytes of JSON, at most %zu are taken", len, limits.max_bytes);
        return NULL;
    }
    if (check_shape(text, len, limits, err) < 0)
        return NULL;
    json_error_t fault;
    json_t *json = json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &fault);
    if (!json && json_error_code(&fault) == json_error_numeric_overflow) {
        autobuf wide = BUF(len * 2 + 2);
        widen_integers(&wide, text, len);
        json = json_loadb(wide.data, wide.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &fault);
    }
    if (!json)
        error_set(err, ERROR_INVALID, 0, "body: not JSON: %s at line %d column %d", fault.text, fault.line,
                  fault.column);
    return json;
}
