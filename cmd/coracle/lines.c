#include "cmd/coracle/lines.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/schema/json.h"

int lines_feed(void *context, const void *data, size_t len)
{
    struct lines *lines = context;
    buf_append(&lines->pending, data, len);
    for (char *end; lines->pending.len && (end = memchr(lines->pending.data, '\n', lines->pending.len));) {
        size_t line = (size_t)(end - lines->pending.data);
        autoerror *ignored = NULL; /* what is no JSON is not for us */
        const struct json *document = json_parse(lines->arena, lines->pending.data, line, SCHEMA_LIMITS, &ignored);
        int rc = document ? lines->each(lines->context, document) : 0;
        arena_reset(lines->arena);
        buf_drop_front(&lines->pending, line + 1);
        if (rc)
            return rc;
    }
    return lines->pending.full;
}
