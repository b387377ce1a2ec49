/* Any bytes as a list of the store: what is cut out of it and changed must still be what the JSON parser takes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/schema/json.h"
#include "core/store/text.h"
#include "core/store/values.h"

static const struct json *parse(struct arena *arena, const char *text, size_t len)
{
    autoerror *err = NULL;
    return json_parse(arena, text, len, SCHEMA_LIMITS, &err);
}

static void change(struct arena *arena, const char *object, size_t len, bool valid)
{
    static const char *const values[] = { "[\"new\"]", NULL };
    for (int i = 0; i < 2; i++) {
        autobuf out = BUF(1 << 22);
        if (text_set_member(&out, object, len, "names", values[i]) < 0) {
            if (valid)
                abort(); /* the parser calls it an object */
            continue;
        }
        const struct json *changed = valid ? parse(arena, out.data, out.len) : NULL;
        if (valid && (!changed || !json_get(changed, "names") != !values[i]))
            abort();
    }
}

static void decode(const char *text, size_t len)
{
    void *(*const decoders[])(const char *, size_t, struct error **) = { value_layer, value_image, value_container,
                                                                         value_mount };
    for (int i = 0; i < 4; i++) {
        autoerror *err = NULL;
        free(decoders[i](text, len, &err));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (memchr(data, '\0', size))
        return 0; /* jansson swallows one behind a number; the scanner calls it damage */
    autoarena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    const struct json *whole = parse(arena, text, size);
    long count;
    autofree struct text_span *items = text_items(text, size, &count);
    if (whole && whole->kind == JSON_LIST_KIND && (!items || (size_t)count != whole->count))
        abort();
    for (long i = 0; i < count; i++) {
        const char *item = text + items[i].at;
        const struct json *value = parse(arena, item, items[i].len);
        if (whole && !value)
            abort();
        /* A key written with escapes, or twice, is found by the parser and not by us: nobody writes "names" so. */
        bool valid = value && value->kind == JSON_OBJECT_KIND && !memchr(item, '\\', items[i].len) && value->count < 2;
        change(arena, item, items[i].len, valid);
        decode(item, items[i].len);
    }
    return 0;
}
