#pragma once
/*
 * Wire types at run time: what the rows of a .def file say about one JSON object.
 *
 * A `struct schema` describes a C struct field by field; schema_encode() writes it as JSON text, schema_decode() fills
 * it from JSON, swagger/ prints it as OpenAPI, api/varlink prints it as IDL. How rows are written: declare.h.
 *
 * Decoded values live in the arena given; encoders borrow. Strings are UTF-8; invalid bytes are encoded as U+FFFD.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct buf;
struct error;
struct schema;

enum schema_kind {
    SCHEMA_STR,  /* const char *; NULL is "" unless OMIT or NULLABLE */
    SCHEMA_BOOL, /* bool */
    SCHEMA_I64,  /* int64_t */
    SCHEMA_U64,  /* uint64_t */
    SCHEMA_F64,  /* double */
    SCHEMA_TIME, /* int64_t Unix ns <-> RFC 3339; 0 is year 1 */
    SCHEMA_ANY,  /* const char * holding JSON text; NULL is null */
    SCHEMA_OBJECT,
};

enum schema_shape {
    SCHEMA_ONE,
    SCHEMA_OPT,      /* pointer: NULL is absent */
    SCHEMA_LIST,     /* struct { T *items; size_t count; } */
    SCHEMA_MAP,      /* struct { struct { const char *key; T value; } *items; size_t count; } */
    SCHEMA_MAP_LIST, /* map whose values are lists */
    SCHEMA_LIST_LIST,
    SCHEMA_SET,      /* struct str_list shown as {"a":{},"b":{}} */
    SCHEMA_EMBED,    /* an object whose rows appear in ours */
};

/* Flags of a row. What JSON shows for nothing: null or zero by default, */
#define OMIT 0x01     /* … no key at all */
#define EMPTY 0x02    /* … [] or {} */
#define NULLABLE 0x04 /* … null for a string that is NULL */
/* Decoding: */
#define NEEDED 0x08   /* absent or null is an error that names the field */
#define TEXT_OR_LIST 0x10 /* a LIST(STR) that also takes one string (Docker's Cmd and Entrypoint) */
/* Docker API minor levels: SINCE(44) is shown from v1.44 on, UNTIL(43) up to v1.43. Of libpod's types: major numbers of the
 * prefix. Two rows may share a key when their levels do not meet. */
#define SINCE(minor) ((uint32_t)(minor) << 16)
#define UNTIL(minor) ((uint32_t)(minor) << 24)

struct schema_field {
    const char *key;
    uint8_t kind, shape;
    uint32_t flags;
    uint32_t offset;
    uint32_t item_size;            /* of one list item, map entry or OPT target */
    const struct schema *(*of)(void); /* SCHEMA_OBJECT */
    const char *allowed;           /* "a|b|c": the only values, or NULL */
    const char *doc;
};

struct schema {
    const char *name, *doc;
    size_t size;
    const struct schema_field *fields;
    size_t count;
};

#define SCHEMA_NEWEST 255 /* a level that shows what has no end */

/* Appends the object as JSON. @level: Docker minor level, or SCHEMA_NEWEST. Overflow shows in out->full. */
void schema_encode(struct buf *out, const struct schema *schema, const void *object, unsigned level);
void schema_encode_list(struct buf *out, const struct schema *schema, const void *items, size_t count, unsigned level);
/* A JSON string with its quotes. */
void schema_encode_text(struct buf *out, const char *text);
/* The same of bytes among which zeros may be, with a NUL behind them. */
void schema_encode_bytes(struct buf *out, const char *data, size_t len);

struct schema_limits {
    size_t max_bytes; /* of the document */
    unsigned max_depth;
};
#define SCHEMA_LIMITS ((struct schema_limits){ .max_bytes = 16u << 20, .max_depth = 64 })

/*
 * Decodes one JSON object. Keys match in any letter case, null counts as absent, unknown keys are collected in
 * @ret_unknown ("HostConfig.Foo"; may be NULL) and otherwise ignored. Numbers take integral floats; U64 takes up to
 * 2^64-1, also where the text is beyond int64.
 *
 * Returns an arena object of schema->size bytes, or NULL with *err:
 *   ERROR_INVALID    not JSON (with line and column), or a wrong type or value: names the path, what came, what was expected
 *   ERROR_TOO_LARGE  past the limits
 */
void *schema_decode(struct arena *arena, const struct schema *schema, const char *text, size_t len,
                    struct schema_limits limits, struct str_list *ret_unknown, struct error **err);
/* The same for a document that is a list of such objects. */
void *schema_decode_list(struct arena *arena, const struct schema *schema, const char *text, size_t len,
                         struct schema_limits limits, size_t *ret_count, struct error **err);
