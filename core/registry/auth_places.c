#include "core/registry/auth_places.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/str.h"

struct str_list auth_places(struct arena *arena, const char *host, const char *repository)
{
    struct str_list places = { 0 };
    const char *name = arena_printf(arena, "%s/%s", host, repository);
    for (size_t len = strlen(name); len > strlen(host);) {
        str_list_add(arena, &places, arena_strndup(arena, name, len));
        while (name[len - 1] != '/')
            len--;
        len--;
    }
    str_list_add(arena, &places, host);
    if (!strcmp(host, "docker.io")) {
        str_list_add(arena, &places, "index.docker.io");
        str_list_add(arena, &places, "registry-1.docker.io");
    }
    return places;
}

bool auth_place_is(struct arena *arena, const char *key, const char *place)
{
    const char *host = strstr(key, "://");
    if (!strcmp(key, place))
        return true;
    if (!host)
        return false;
    host += 3;
    return !strcmp(arena_strndup(arena, host, strcspn(host, "/")), place);
}
