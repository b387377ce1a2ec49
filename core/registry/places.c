#include "core/registry/places.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/path.h"
#include "core/base/str.h"

void places_add_home(struct arena *arena, struct str_list *places, const char *below)
{
    const char *home = getenv("HOME");
    if (!str_empty(home))
        str_list_add(arena, places, arena_printf(arena, "%s/%s", home, below));
}

const char *places_first(const struct str_list *places)
{
    for (size_t i = 0; i < places->count; i++)
        if (path_exists(places->items[i]))
            return places->items[i];
    return NULL;
}
