/* Wire types as JSON Schema: of 2020-12 in OpenAPI 3.1, of the subset that Swagger 2.0 has. */
#include <string.h>

#include "api/openapi/openapi.h"
#include "core/base/arena.h"

void openapi_print_reference(struct openapi *document, const char *name)
{
    const char *where = document->v2 ? "#/definitions" : "#/components/schemas";
    print_text(&document->printer, "$ref", arena_printf(document->arena, "%s/%s", where, name));
}

/* "type", or a list with "null" where the version has that. */
static void print_type(struct openapi *document, const char *type, bool nullable)
{
    struct printer *printer = &document->printer;
    if (!nullable || document->v2) {
        print_text(printer, "type", type);
        if (nullable)
            print_bool(printer, "x-nullable", true);
        return;
    }
    print_open(printer, "type", '[');
    print_text(printer, NULL, type);
    print_text(printer, NULL, "null");
    print_close(printer, ']');
}

static void print_allowed(struct openapi *document, const char *allowed)
{
    struct printer *printer = &document->printer;
    struct str_list words = str_split(document->arena, allowed, '|');
    print_open(printer, "enum", '[');
    for (size_t i = 0; i < words.count; i++)
        print_text(printer, NULL, words.items[i]);
    if (!str_list_has(&words, ""))
        print_text(printer, NULL, ""); /* unset */
    print_close(printer, ']');
}

/* Objects are references: siblings of $ref count in 3.1 only, and "or null" takes a choice. */
static void print_object(struct openapi *document, const struct schema_field *field, bool nullable)
{
    struct printer *printer = &document->printer;
    const char *name = types_name(&document->types, field->of());
    if (!nullable && !document->v2) {
        openapi_print_reference(document, name);
        return;
    }
    print_open(printer, document->v2 ? "allOf" : "anyOf", '[');
    print_open(printer, NULL, '{');
    openapi_print_reference(document, name);
    print_close(printer, '}');
    if (!document->v2) {
        print_open(printer, NULL, '{');
        print_text(printer, "type", "null");
        print_close(printer, '}');
    }
    print_close(printer, ']');
    if (nullable && document->v2)
        print_bool(printer, "x-nullable", true);
}

static void print_value(struct openapi *document, const struct schema_field *field, bool nullable)
{
    static const struct {
        const char *type, *format;
    } kinds[] = {
        [SCHEMA_STR] = { "string", NULL },     [SCHEMA_BOOL] = { "boolean", NULL },
        [SCHEMA_I64] = { "integer", "int64" }, [SCHEMA_U64] = { "integer", "uint64" },
        [SCHEMA_F64] = { "number", "double" }, [SCHEMA_TIME] = { "string", "date-time" },
    };
    if (field->kind == SCHEMA_OBJECT) {
        print_object(document, field, nullable);
        return;
    }
    if (field->kind == SCHEMA_ANY) /* no schema allows all */
        return;
    print_type(document, kinds[field->kind].type, nullable);
    if (kinds[field->kind].format)
        print_text(&document->printer, "format", kinds[field->kind].format);
    if (field->kind == SCHEMA_U64)
        print_integer(&document->printer, "minimum", 0);
    if (field->allowed)
        print_allowed(document, field->allowed);
}

static void print_items(struct openapi *document, const struct schema_field *field, bool nullable)
{
    print_type(document, "array", nullable);
    print_open(&document->printer, "items", '{');
    print_value(document, field, false);
    print_close(&document->printer, '}');
}

static void print_text_or_list(struct openapi *document, const struct schema_field *field, bool nullable)
{
    struct printer *printer = &document->printer;
    if (document->v2) /* has no choices: says nothing rather than something wrong */
        return;
    print_open(printer, "anyOf", '[');
    print_open(printer, NULL, '{');
    print_type(document, "string", nullable);
    print_close(printer, '}');
    print_open(printer, NULL, '{');
    print_items(document, field, false);
    print_close(printer, '}');
    print_close(printer, ']');
}

static void print_map(struct openapi *document, const struct schema_field *field, bool nullable)
{
    struct printer *printer = &document->printer;
    print_type(document, "object", nullable);
    print_open(printer, "additionalProperties", '{');
    if (field->shape == SCHEMA_SET)
        print_text(printer, "type", "object");
    else if (field->shape == SCHEMA_MAP_LIST)
        print_items(document, field, true); /* EMPTY is about the map */
    else
        print_value(document, field, false);
    print_close(printer, '}');
}

static void print_field(struct openapi *document, const struct schema_field *field)
{
    bool shown_empty = !(field->flags & OMIT), or_null = shown_empty && !(field->flags & EMPTY);
    switch ((enum schema_shape)field->shape) {
    case SCHEMA_ONE: print_value(document, field, shown_empty && field->flags & NULLABLE); return;
    case SCHEMA_OPT: print_value(document, field, shown_empty); return;
    case SCHEMA_LIST:
        if (field->flags & TEXT_OR_LIST)
            print_text_or_list(document, field, or_null);
        else
            print_items(document, field, or_null);
        return;
    case SCHEMA_LIST_LIST:
        print_type(document, "array", or_null);
        print_open(&document->printer, "items", '{');
        print_items(document, field, !(field->flags & EMPTY));
        print_close(&document->printer, '}');
        return;
    case SCHEMA_MAP:
    case SCHEMA_MAP_LIST:
    case SCHEMA_SET: print_map(document, field, or_null); return;
    case SCHEMA_EMBED: return;
    }
}

static void print_description(struct openapi *document, const struct schema_field *field)
{
    struct printer *printer = &document->printer;
    const char *format = document->libpod ? "%u" : "1.%u";
    print_text(printer, "description", field->doc);
    unsigned since = field->flags >> 16 & 0xff, until = field->flags >> 24;
    if (since)
        print_text(printer, "x-since", arena_printf(document->arena, format, since));
    if (until)
        print_text(printer, "x-until", arena_printf(document->arena, format, until));
}

/* The row that has a field's key at other levels; NULL for none. */
static const struct schema_field *find_twin(const struct schema *schema, size_t at)
{
    for (size_t i = 0; i < schema->count; i++)
        if (i != at && schema->fields[i].key && !strcmp(schema->fields[i].key, schema->fields[at].key))
            return &schema->fields[i];
    return NULL;
}

static void print_twins(struct openapi *document, const struct schema_field *const fields[2])
{
    struct printer *printer = &document->printer;
    print_open(printer, "anyOf", '[');
    for (size_t i = 0; i < 2; i++) {
        print_open(printer, NULL, '{');
        print_field(document, fields[i]);
        print_description(document, fields[i]);
        print_close(printer, '}');
    }
    print_close(printer, ']');
}

static void print_properties(struct openapi *document, const struct schema *schema)
{
    struct printer *printer = &document->printer;
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        if (field->shape == SCHEMA_EMBED) {
            print_properties(document, field->of());
            continue;
        }
        const struct schema_field *twin = find_twin(schema, i);
        if (twin && twin < field) /* printed with it */
            continue;
        print_open(printer, field->key, '{');
        if (twin && !document->v2) { /* which has no choices: the newest alone */
            print_twins(document, (const struct schema_field *const[]){ field, twin });
        } else {
            print_field(document, field);
            print_description(document, field);
        }
        print_close(printer, '}');
    }
}

static bool is_required(const struct schema_field *field, bool requested)
{
    return requested ? (field->flags & NEEDED) != 0 : !(field->flags & OMIT) && !(field->flags >> 16);
}

static size_t print_required(struct openapi *document, const struct schema *schema, bool requested, size_t count)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        if (field->shape == SCHEMA_EMBED) {
            count = print_required(document, field->of(), requested, count);
        } else if (is_required(field, requested)) {
            if (!count++) /* an empty list is not allowed */
                print_open(&document->printer, "required", '[');
            print_text(&document->printer, NULL, field->key);
        }
    }
    return count;
}

void openapi_print_type(struct openapi *document, const struct type_entry *entry)
{
    struct printer *printer = &document->printer;
    print_open(printer, entry->name, '{');
    print_text(printer, "type", "object");
    print_text(printer, "description", entry->schema->doc);
    if (print_required(document, entry->schema, entry->requested, 0))
        print_close(printer, ']');
    print_open(printer, "properties", '{');
    print_properties(document, entry->schema);
    print_close(printer, '}');
    print_close(printer, '}');
}
