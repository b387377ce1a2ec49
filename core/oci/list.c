#include "core/oci/list.h"

#include <string.h>

/* Grows at powers of two, so the count alone tells when. */
void *list_grow(struct arena *arena, void *items, size_t count, size_t size)
{
    if (count && count & (count - 1))
        return items;
    void *bigger = arena_array(arena, count ? count * 2 : 1, size);
    return count ? memcpy(bigger, items, count * size) : bigger;
}
