#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/registry/places.h"
#include "core/registry/settings.h"

static const char *find_dir(struct arena *arena, const char *host)
{
    struct str_list places = { 0 };
    places_add_home(arena, &places, arena_printf(arena, ".config/containers/certs.d/%s", host));
    str_list_add(arena, &places, arena_printf(arena, "/etc/containers/certs.d/%s", host));
    str_list_add(arena, &places, arena_printf(arena, "/etc/docker/certs.d/%s", host));
    return places_first(&places);
}

/* The file of the same name with another ending, which has to be there. */
static const char *twin_of(struct arena *arena, const char *path, const char *ending, const char *other,
                           struct error **err)
{
    const char *twin = arena_printf(arena, "%.*s%s", (int)(strlen(path) - strlen(ending)), path, other);
    if (path_exists(twin))
        return twin;
    error_set(err, ERROR_INVALID, 0, "%s: %s is missing beside it: a client certificate is a .cert and a .key", path,
              path_base(twin));
    return NULL;
}

static int take_file(struct arena *arena, const char *path, struct registry_certs *certs, struct error **err)
{
    if (str_ends(path, ".crt")) {
        str_list_add(arena, &certs->authorities, path);
    } else if (str_ends(path, ".cert")) {
        const char *key = twin_of(arena, path, ".cert", ".key", err);
        if (!key)
            return -1;
        certs->client_cert = path;
        certs->client_key = key;
    } else if (str_ends(path, ".key")) {
        return twin_of(arena, path, ".key", ".cert", err) ? 0 : -1;
    }
    return 0;
}

int registry_find_certs(struct arena *arena, const char *host, struct registry_certs *ret_certs, struct error **err)
{
    struct registry_certs certs = { 0 };
    struct dirent **entries = NULL;
    const char *dir = find_dir(arena, host);
    int count = dir ? scandir(dir, &entries, NULL, alphasort) : 0, result = 0;
    for (int i = 0; i < count; i++) {
        if (result == 0)
            result = take_file(arena, arena_printf(arena, "%s/%s", dir, entries[i]->d_name), &certs, err);
        free(entries[i]);
    }
    free(entries);
    if (result == 0)
        *ret_certs = certs;
    return result;
}
