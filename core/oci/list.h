#pragma once
/* Appending to the lists of wire structs, whose types have no name. */
#include <stddef.h>

#include "core/base/arena.h"

void *list_grow(struct arena *arena, void *items, size_t count, size_t size);

/* A zeroed new last element; arena memory. `*LIST_ADD(arena, &spec->mounts) = (struct oci_mount){ … };` */
#define LIST_ADD(arena, list)                                                                                          \
    ((list)->items = list_grow(arena, (list)->items, (list)->count, sizeof *(list)->items),                            \
     &(list)->items[(list)->count++])
