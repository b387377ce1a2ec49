#include "core/base/detach_keys.h"

#include <ctype.h>
#include <string.h>

#include "core/base/error.h"

/* One word of the list as a byte; -1 when it is none. */
static int key_of(const char *word, size_t len)
{
    if (len == 1)
        return (unsigned char)*word;
    if (len != 6 || strncmp(word, "ctrl-", 5))
        return -1;
    int c = toupper((unsigned char)word[5]);
    return c >= '@' && c <= '_' ? c - '@' : -1;
}

int detach_keys_parse(const char *text, struct detach_keys *ret_keys, struct error **err)
{
    struct detach_keys parsed = { 0 };
    const char *at = text ? text : "ctrl-p,ctrl-q";
    while (*at) {
        size_t len = strcspn(at, ",");
        int key = key_of(at, len);
        if (key < 0 || (at[len] && !at[len + 1]))
            return error_set(
                err, ERROR_INVALID, 0,
                "Invalid detach keys (%s) provided: expected characters or ctrl-<a-z@[\\]^_>, separated by commas",
                text);
        if (parsed.count == DETACH_KEYS_MAX)
            return error_set(err, ERROR_INVALID, 0, "Invalid detach keys (%s) provided: more than %d keys", text,
                             DETACH_KEYS_MAX);
        parsed.keys[parsed.count++] = (unsigned char)key;
        at += len + (at[len] == ',');
    }
    *ret_keys = parsed;
    return 0;
}

size_t detach_keys_filter(struct detach_keys *keys, const char *in, size_t len, char *out, bool *ret_detached)
{
    size_t made = 0;
    *ret_detached = false;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)in[i];
        if (keys->count && byte == keys->keys[keys->matched]) {
            if (++keys->matched == keys->count) {
                keys->matched = 0;
                *ret_detached = true;
                return made;
            }
            continue;
        }
        /* Not the sequence after all: what was held back was meant for the program. */
        memcpy(out + made, keys->keys, keys->matched);
        made += keys->matched;
        keys->matched = keys->count && byte == keys->keys[0];
        if (keys->matched && keys->count == 1) {
            *ret_detached = true;
            return made;
        }
        if (!keys->matched)
            out[made++] = (char)byte;
    }
    return made;
}
