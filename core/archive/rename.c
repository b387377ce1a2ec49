#include "core/archive/rename.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/str.h"

/* With and without the slash after it: clients write both. */
static const char *look_up(struct arena *arena, const struct str_map *rename, const char *name, size_t len)
{
    const char *bare = arena_strndup(arena, name, len);
    const char *found = str_map_get(rename, bare);
    return found ? found : str_map_get(rename, arena_printf(arena, "%s/", bare));
}

const char *rename_member(struct arena *arena, const struct str_map *rename, const char *name)
{
    if (!rename || !rename->count)
        return name;
    size_t len = strlen(name);
    while (len > 1 && name[len - 1] == '/')
        len--;
    const char *found = look_up(arena, rename, name, len);
    if (found)
        return found;
    while (len) {
        while (len && name[len - 1] != '/')
            len--;
        if (!len)
            break;
        found = look_up(arena, rename, name, len - 1);
        if (found)
            return arena_printf(arena, "%s/%s", found, name + len);
        len--;
    }
    return name;
}
