#include "api/query.h"

#include <string.h>

#include "api/url.h"
#include "core/base/arena.h"
#include "core/base/error.h"

static size_t count_pairs(const char *query)
{
    size_t count = 1;
    for (; *query; query++)
        count += *query == '&';
    return count;
}

int query_parse(struct arena *arena, const char *query, struct str_map *ret_pairs, struct error **err)
{
    size_t most = count_pairs(query);
    if (most > QUERY_MAX_PAIRS)
        return error_set(err, ERROR_INVALID, 0, "query: %zu parameters, at most %d are taken", most, QUERY_MAX_PAIRS);
    struct str_map pairs = { .items = arena_array(arena, most, sizeof *pairs.items) };
    for (const char *at = query; *at;) {
        size_t len = strcspn(at, "&");
        const char *equals = memchr(at, '=', len);
        size_t name_len = equals ? (size_t)(equals - at) : len;
        if (len) {
            struct str_pair *pair = &pairs.items[pairs.count++];
            pair->key = url_decode(arena, at, name_len, true, "query", err);
            if (!pair->key)
                return -1;
            pair->value = equals ? url_decode(arena, equals + 1, len - name_len - 1, true, pair->key, err) : "";
            if (!pair->value)
                return -1;
        }
        at += len + (at[len] == '&');
    }
    *ret_pairs = pairs;
    return 0;
}
