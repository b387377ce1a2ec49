#pragma once
/*
 * The wire types a document mentions, each under a name of its own: found by walking from the routes' bodies and
 * replies.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/schema/schema.h"

struct arena;

struct type_entry {
    const struct schema *schema;
    const char *name;
    bool requested; /* part of a request: only what is NEEDED is required, while a reply has all it does not omit */
};

struct type_list {
    struct arena *arena;
    struct type_entry *items;
    size_t count;
};

/* The type and all it contains. */
void types_add(struct type_list *types, const struct schema *schema, bool requested);
const char *types_name(const struct type_list *types, const struct schema *schema);
