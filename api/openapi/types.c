#include "api/openapi/types.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"

static struct type_entry *find(const struct type_list *types, const struct schema *schema)
{
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i].schema == schema)
            return &types->items[i];
    return NULL;
}

static bool is_taken(const struct type_list *types, const char *name)
{
    if (!strcmp(name, "Error")) /* the documents' own */
        return true;
    for (size_t i = 0; i < types->count; i++)
        if (!strcmp(types->items[i].name, name))
            return true;
    return false;
}

/* Two types may share a wire name; a document's names are unique and of letters, digits, '.', '_' and '-'. */
static const char *choose_name(const struct type_list *types, const struct schema *schema)
{
    char *base = arena_strdup(types->arena, schema->name);
    for (char *at = base; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
            *at = '_';
    const char *name = base;
    for (int i = 2; is_taken(types, name); i++)
        name = arena_printf(types->arena, "%s%d", base, i);
    return name;
}

static void add_fields(struct type_list *types, const struct schema *schema, bool requested)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        if (field->kind != SCHEMA_OBJECT)
            continue;
        if (field->shape == SCHEMA_EMBED)
            add_fields(types, field->of(), requested);
        else
            types_add(types, field->of(), requested);
    }
}

void types_add(struct type_list *types, const struct schema *schema, bool requested)
{
    struct type_entry *entry = find(types, schema);
    if (entry && (entry->requested || !requested))
        return;
    if (entry) {
        entry->requested = true;
    } else {
        const char *name = choose_name(types, schema);
        if (!(types->count & (types->count - 1))) { /* full at each power of two */
            struct type_entry *bigger = arena_array(types->arena, types->count ? 2 * types->count : 1, sizeof *bigger);
            if (types->count)
                memcpy(bigger, types->items, types->count * sizeof *bigger);
            types->items = bigger;
        }
        types->items[types->count++] = (struct type_entry){ schema, name, requested };
    }
    add_fields(types, schema, requested);
}

const char *types_name(const struct type_list *types, const struct schema *schema)
{
    const struct type_entry *entry = find(types, schema);
    assert(entry);
    return entry->name;
}
