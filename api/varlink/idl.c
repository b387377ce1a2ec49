#include <string.h>

#include "api/varlink/interface.h"
#include "core/base/buf.h"

#define MAX_TYPES 128

struct types { /* object types an interface needs, each once, in the order they are met */
    const struct schema *items[MAX_TYPES];
    size_t count;
};

static void collect_fields(struct types *types, const struct schema *schema);

static void collect(struct types *types, const struct schema *schema)
{
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i] == schema)
            return;
    if (types->count == MAX_TYPES)
        return;
    types->items[types->count++] = schema;
    collect_fields(types, schema);
}

static void collect_fields(struct types *types, const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].kind == SCHEMA_OBJECT)
            collect(types, schema->fields[i].of());
}

static const char *kind_name(const struct schema_field *field)
{
    switch ((enum schema_kind)field->kind) {
    case SCHEMA_BOOL: return "bool";
    case SCHEMA_I64:
    case SCHEMA_U64: return "int";
    case SCHEMA_F64: return "float";
    case SCHEMA_ANY: return "object";
    case SCHEMA_OBJECT: return field->of()->name;
    default: return "string";
    }
}

static const char *shape_prefix(const struct schema_field *field)
{
    switch ((enum schema_shape)field->shape) {
    case SCHEMA_OPT: return "?";
    case SCHEMA_LIST: return "[]";
    case SCHEMA_MAP: return "[string]";
    case SCHEMA_MAP_LIST: return "[string][]";
    case SCHEMA_LIST_LIST: return "[][]";
    default: return "";
    }
}

/* "(a: string, b: []int)", in lines of their own for a type. */
static void print_fields(struct buf *out, const struct schema *schema, const char *before, const char *between, const char *after)
{
    buf_putc(out, '(');
    for (size_t i = 0; schema && i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        buf_puts(out, i ? between : before);
        if (field->shape == SCHEMA_SET)
            buf_printf(out, "%s: [string]()", field->key);
        else
            buf_printf(out, "%s: %s%s", field->key, shape_prefix(field), kind_name(field));
    }
    buf_printf(out, "%s)", schema && schema->count ? after : "");
}

static void collect_all(struct types *types, const struct varlink_interface *interface)
{
    for (const struct varlink_method *const *table = interface->methods; *table; table++) {
        for (const struct varlink_method *method = *table; method->name; method++) {
            if (method->in)
                collect_fields(types, method->in());
            if (method->out)
                collect_fields(types, method->out());
        }
    }
    for (const struct varlink_error *error = interface->errors; error->name; error++)
        if (error->parameters)
            collect_fields(types, error->parameters());
}

void varlink_print_idl(struct buf *out, const struct varlink_interface *interface)
{
    struct types types = { .count = 0 };
    collect_all(&types, interface);
    buf_printf(out, "# %s\ninterface %s\n", interface->doc, interface->name);
    for (size_t i = 0; i < types.count; i++) {
        buf_printf(out, "\n# %s\ntype %s ", types.items[i]->doc, types.items[i]->name);
        print_fields(out, types.items[i], "\n  ", ",\n  ", "\n");
        buf_putc(out, '\n');
    }
    for (const struct varlink_method *const *table = interface->methods; *table; table++) {
        for (const struct varlink_method *method = *table; method->name; method++) {
            buf_printf(out, "\n# %s\nmethod %s", method->doc, method->name);
            print_fields(out, method->in ? method->in() : NULL, "", ", ", "");
            buf_puts(out, " -> ");
            print_fields(out, method->out ? method->out() : NULL, "", ", ", "");
            buf_putc(out, '\n');
        }
    }
    for (const struct varlink_error *error = interface->errors; error->name; error++) {
        buf_printf(out, "\n# %s\nerror %s ", error->doc, error->name);
        print_fields(out, error->parameters ? error->parameters() : NULL, "", ", ", "");
        buf_putc(out, '\n');
    }
}
