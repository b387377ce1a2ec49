/*
 * Rows of a .def file as C structs. No include guard: a types header includes this, its .def files, then done.h.
 *
 *   TYPE(tag, "WireName", "What it is.")
 *       ONE(STR, field, "jsonKey", FLAGS, "What it says, with its unit")
 *       …
 *   END(tag)
 *
 *   ONE OPT LIST MAP MAP_LIST LIST_LIST (KIND, …)     of STR BOOL I64 U64 F64 TIME ANY
 *   ONE_OF OPT_OF LIST_OF MAP_OF MAP_LIST_OF (tag, …) of another type
 *   ENUM("a|b|c", field, "jsonKey", FLAGS, "…")      a STR with only these values
 *   SET(field, "jsonKey", FLAGS, "…")                 names, shown as {"name":{}}
 *   EMBED(tag, field)                                  the rows of another type, in line
 *
 * `struct tag` and `const struct schema *tag_schema(void)` come out of it; the .c file that defines the functions
 * includes define.h, the same .def files, then done.h.
 */
#include "core/schema/schema.h"

#define SCHEMA_C_STR const char *
#define SCHEMA_C_BOOL bool
#define SCHEMA_C_I64 int64_t
#define SCHEMA_C_U64 uint64_t
#define SCHEMA_C_F64 double
#define SCHEMA_C_TIME int64_t
#define SCHEMA_C_ANY const char *

/* Lists and maps of strings share one struct, so that str.h works on them. */
#define SCHEMA_LIST_STR struct str_list
#define SCHEMA_LIST_ANY struct str_list
#define SCHEMA_LIST_BOOL struct { bool *items; size_t count; }
#define SCHEMA_LIST_I64 struct { int64_t *items; size_t count; }
#define SCHEMA_LIST_U64 struct { uint64_t *items; size_t count; }
#define SCHEMA_LIST_F64 struct { double *items; size_t count; }
#define SCHEMA_LIST_TIME struct { int64_t *items; size_t count; }
#define SCHEMA_MAP_STR struct str_map
#define SCHEMA_MAP_ANY struct str_map
#define SCHEMA_MAP_BOOL struct { struct { const char *key; bool value; } *items; size_t count; }
#define SCHEMA_MAP_I64 struct { struct { const char *key; int64_t value; } *items; size_t count; }
#define SCHEMA_MAP_U64 struct { struct { const char *key; uint64_t value; } *items; size_t count; }
#define SCHEMA_MAP_F64 struct { struct { const char *key; double value; } *items; size_t count; }
#define SCHEMA_MAP_TIME struct { struct { const char *key; int64_t value; } *items; size_t count; }

#define TYPE(tag, name, doc) const struct schema *tag##_schema(void); struct tag {
#define END(tag) };
#define ONE(kind, field, wire_key, flags, doc) SCHEMA_C_##kind field;
#define OPT(kind, field, wire_key, flags, doc) SCHEMA_C_##kind *field;
#define LIST(kind, field, wire_key, flags, doc) SCHEMA_LIST_##kind field;
#define MAP(kind, field, wire_key, flags, doc) SCHEMA_MAP_##kind field;
#define MAP_LIST(kind, field, wire_key, flags, doc) \
    struct { struct { const char *key; SCHEMA_LIST_##kind value; } *items; size_t count; } field;
#define LIST_LIST(kind, field, wire_key, flags, doc) struct { SCHEMA_LIST_##kind *items; size_t count; } field;
#define ENUM(allowed, field, wire_key, flags, doc) const char *field;
#define SET(field, wire_key, flags, doc) struct str_list field;
#define ONE_OF(of, field, wire_key, flags, doc) struct of field;
#define OPT_OF(of, field, wire_key, flags, doc) struct of *field;
#define LIST_OF(of, field, wire_key, flags, doc) struct { struct of *items; size_t count; } field;
#define MAP_OF(of, field, wire_key, flags, doc) struct { struct { const char *key; struct of value; } *items; size_t count; } field;
#define MAP_LIST_OF(of, field, wire_key, flags, doc) \
    struct { struct { const char *key; struct { struct of *items; size_t count; } value; } *items; size_t count; } field;
#define EMBED(of, field) struct of field;
