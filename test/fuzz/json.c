/* Decoding any bytes as a rich type, printing what came, and decoding that again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/container/spec.h"
#include "core/schema/json.h"
#include "test/unit/core/schema/sample.h"

static const struct schema_limits limits = { .max_bytes = 1 << 16, .max_depth = 32 };

static void round_trip(struct arena *arena, const struct schema *schema, const char *text, size_t len)
{
    autoerror *err = NULL;
    struct str_list unknown = { 0 };
    const void *object = schema_decode(arena, schema, text, len, limits, &unknown, &err);
    assert(!object == !!err);
    if (!object)
        return;
    autobuf once = BUF(64 << 20), twice = BUF(64 << 20);
    schema_encode(&once, schema, object, 43);
    struct schema_limits wide = { .max_bytes = 64 << 20, .max_depth = 64 };
    const void *again = schema_decode(arena, schema, once.data, once.len, wide, NULL, &err);
    assert(again); /* what we print we can read */
    schema_encode(&twice, schema, again, 43);
    assert(once.len == twice.len && !memcmp(once.data, twice.data, once.len));
}

static void parse_free(struct arena *arena, const char *text, size_t len)
{
    autoerror *err = NULL;
    const struct json *json = json_parse(arena, text, len, limits, &err);
    assert(!json == !!err);
    if (!json)
        return;
    autobuf out = BUF(64 << 20);
    json_print(&out, json);
    struct schema_limits wide = { .max_bytes = 64 << 20, .max_depth = 64 };
    assert(json_parse(arena, out.data, out.len, wide, &err));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    autoarena *arena = arena_new();
    round_trip(arena, sample_schema(), (const char *)data, len);
    round_trip(arena, container_spec_schema(), (const char *)data, len);
    parse_free(arena, (const char *)data, len);
    return 0;
}
