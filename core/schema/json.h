#pragma once
/*
 * Free-form JSON: for documents whose members are not ours to list (image configs passed through, filters, annotations).
 * Everything with fixed members is a wire type instead. Values live in the arena of json_parse() and are immutable.
 */
#include "core/schema/schema.h"

enum json_kind { JSON_NULL_KIND, JSON_BOOL_KIND, JSON_NUMBER_KIND, JSON_TEXT_KIND, JSON_LIST_KIND, JSON_OBJECT_KIND };

struct json_member;
struct json {
    enum json_kind kind;
    bool truth;
    double number;
    int64_t integer;
    const char *text;             /* JSON_TEXT_KIND; with a NUL behind it */
    size_t text_len;              /* in bytes; json_parse() gives none that holds a NUL */
    const struct json_member *members; /* of lists (key NULL) and objects, in order */
    size_t count;
};
struct json_member {
    const char *key;
    struct json value;
};

/* NULL with ERROR_INVALID or ERROR_TOO_LARGE. */
const struct json *json_parse(struct arena *arena, const char *text, size_t len, struct schema_limits limits, struct error **err);
/* The same, but texts may hold NULs: for values that are shown, not understood. */
const struct json *json_parse_bytes(struct arena *arena, const char *text, size_t len, struct schema_limits limits,
                                    struct error **err);
const struct json *json_get(const struct json *object, const char *key); /* exact key; NULL when absent or no object */
const char *json_get_text(const struct json *object, const char *key);   /* NULL unless a string */
/* The value as JSON text again. */
void json_print(struct buf *out, const struct json *value);
