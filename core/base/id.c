#include "core/base/id.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/str.h"

static void random_bytes(void *data, size_t len)
{
    for (char *at = data; len;) {
        ssize_t n = getrandom(at, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            abort();
        at += n;
        len -= (size_t)n;
    }
}

void id_random(char ret_id[ID_HEX_SIZE])
{
    unsigned char bytes[32];
    do { /* the short form is used as a host name: one of digits alone would be read as a number (as Docker avoids) */
        random_bytes(bytes, sizeof bytes);
        str_to_hex(bytes, sizeof bytes, ret_id);
    } while (strspn(ret_id, "0123456789") >= 12);
}

void id_random_short(char *ret_text, size_t digits)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    for (size_t i = 0; i < digits; i++) {
        unsigned char byte;
        random_bytes(&byte, 1);
        ret_text[i] = alphabet[byte & 31];
    }
    ret_text[digits] = '\0';
}
