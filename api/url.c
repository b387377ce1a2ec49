#include "api/url.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *url_decode(struct arena *arena, const char *text, size_t len, bool plus, const char *what, struct error **err)
{
    char *decoded = arena_strndup(arena, text, len), *out = decoded;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '+' && plus) {
            *out++ = ' ';
        } else if (text[i] != '%') {
            *out++ = text[i];
        } else {
            int high = len - i > 2 ? hex_value(text[i + 1]) : -1;
            int low = high >= 0 ? hex_value(text[i + 2]) : -1;
            if (low < 0 || (high == 0 && low == 0)) {
                error_set(err, ERROR_INVALID, 0,
                          "%s: bad escape \"%.*s\", expected %% and two hexadecimal digits other than 00", what,
                          (int)(len - i < 3 ? len - i : 3), text + i);
                return NULL;
            }
            *out++ = (char)(high << 4 | low);
            i += 2;
        }
    }
    *out = '\0';
    return decoded;
}
