/* Rows of a .def file as schema tables; see declare.h, which must have been included for the same rows before. */
/* Rows do not name their type; TYPE opens a function whose `self` is it. */
#define TYPE(tag, wire_name, text)                                                                                      \
    const struct schema *tag##_schema(void)                                                                             \
    {                                                                                                                   \
        typedef struct tag self;                                                                                        \
        static const char type_name[] = wire_name, type_doc[] = text;                                                   \
        static const struct schema_field fields[] = {
#define END(tag)                                                                                                        \
        };                                                                                                              \
        static const struct schema schema = { type_name, type_doc, sizeof(self), fields, sizeof fields / sizeof *fields }; \
        return &schema;                                                                                                 \
    }
#define SCHEMA_FIELD(knd, shp, field, k, flg, size, schema_of, allow, text)                                             \
    { .key = (k), .kind = (knd), .shape = (shp), .flags = (flg), .offset = offsetof(self, field),                       \
      .item_size = (uint32_t)(size), .of = (schema_of), .allowed = (allow), .doc = (text) },
#define SCHEMA_AT(field) ((self *)0)->field
#define ONE(kind, field, key, flags, doc) SCHEMA_FIELD(SCHEMA_##kind, SCHEMA_ONE, field, key, flags, 0, NULL, NULL, doc)
#define OPT(kind, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_##kind, SCHEMA_OPT, field, key, flags, sizeof(*SCHEMA_AT(field)), NULL, NULL, doc)
#define LIST(kind, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_##kind, SCHEMA_LIST, field, key, flags, sizeof(*SCHEMA_AT(field).items), NULL, NULL, doc)
#define MAP(kind, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_##kind, SCHEMA_MAP, field, key, flags, sizeof(*SCHEMA_AT(field).items), NULL, NULL, doc)
#define MAP_LIST(kind, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_##kind, SCHEMA_MAP_LIST, field, key, flags, sizeof(*SCHEMA_AT(field).items->value.items), NULL, NULL, doc)
#define LIST_LIST(kind, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_##kind, SCHEMA_LIST_LIST, field, key, flags, sizeof(*SCHEMA_AT(field).items->items), NULL, NULL, doc)
#define ENUM(allowed, field, key, flags, doc) SCHEMA_FIELD(SCHEMA_STR, SCHEMA_ONE, field, key, flags, 0, NULL, allowed, doc)
#define SET(field, key, flags, doc) SCHEMA_FIELD(SCHEMA_STR, SCHEMA_SET, field, key, flags, sizeof(char *), NULL, NULL, doc)
#define ONE_OF(type, field, key, flags, doc) SCHEMA_FIELD(SCHEMA_OBJECT, SCHEMA_ONE, field, key, flags, 0, type##_schema, NULL, doc)
#define OPT_OF(type, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_OBJECT, SCHEMA_OPT, field, key, flags, sizeof(struct type), type##_schema, NULL, doc)
#define LIST_OF(type, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_OBJECT, SCHEMA_LIST, field, key, flags, sizeof(struct type), type##_schema, NULL, doc)
#define MAP_OF(type, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_OBJECT, SCHEMA_MAP, field, key, flags, sizeof(*SCHEMA_AT(field).items), type##_schema, NULL, doc)
#define MAP_LIST_OF(type, field, key, flags, doc) \
    SCHEMA_FIELD(SCHEMA_OBJECT, SCHEMA_MAP_LIST, field, key, flags, sizeof(struct type), type##_schema, NULL, doc)
#define EMBED(type, field) SCHEMA_FIELD(SCHEMA_OBJECT, SCHEMA_EMBED, field, NULL, 0, 0, type##_schema, NULL, NULL)
