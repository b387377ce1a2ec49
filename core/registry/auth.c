#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/image/image.h"
#include "core/registry/auth_entry.h"
#include "core/registry/auth_helper.h"
#include "core/registry/auth_places.h"
#include "core/registry/documents.h"
#include "core/registry/places.h"
#include "core/registry/registries.h"
#include "core/registry/settings.h"

#define MAX_FILE (4u << 20)
#define FILES "containers-auth.json" /* how registries.conf calls the files */

static const struct registry_auth nothing = { "", "", "", "", "", { 0 } };

/* A file that the environment names is the only one. */
static struct str_list find_files(struct arena *arena)
{
    struct str_list files = { 0 };
    const char *named = getenv("REGISTRY_AUTH_FILE"), *runtime = getenv("XDG_RUNTIME_DIR");
    const char *docker = getenv("DOCKER_CONFIG"), *config = getenv("XDG_CONFIG_HOME");
    if (!str_empty(named)) {
        str_list_add(arena, &files, named);
        return files;
    }
    str_list_add(arena, &files,
                 str_empty(runtime) ? arena_printf(arena, "/run/containers/%u/auth.json", (unsigned)getuid())
                                    : arena_printf(arena, "%s/containers/auth.json", runtime));
    if (!str_empty(config))
        str_list_add(arena, &files, arena_printf(arena, "%s/containers/auth.json", config));
    else
        places_add_home(arena, &files, ".config/containers/auth.json");
    if (!str_empty(docker))
        str_list_add(arena, &files, arena_printf(arena, "%s/config.json", docker));
    else
        places_add_home(arena, &files, ".docker/config.json");
    places_add_home(arena, &files, ".dockercfg");
    return files;
}

/* NULL without *err: there is none. The oldest kind is the list alone. */
static const struct auth_file *read_file(struct arena *arena, const char *path, struct error **err)
{
    size_t len;
    autofree char *text = path_read(path, MAX_FILE, &len, err);
    if (!text) {
        if ((*err)->kind == ERROR_NOT_FOUND)
            error_clear(err);
        return NULL;
    }
    if (!len)
        return NULL;
    const char *document = str_ends(path, "/.dockercfg") ? arena_printf(arena, "{\"auths\":%s}", text) : text;
    const struct auth_file *file =
        schema_decode(arena, auth_file_schema(), document, strlen(document), SCHEMA_LIMITS, NULL, err);
    if (!file)
        error_wrap(err, "%s", path);
    return file;
}

static const struct auth_entry *find_entry(struct arena *arena, const struct auth_file *file,
                                           const struct str_list *places)
{
    for (size_t i = 0; i < places->count; i++)
        for (size_t j = 0; j < file->auths.count; j++)
            if (auth_place_is(arena, file->auths.items[j].key, places->items[i]))
                return &file->auths.items[j].value;
    return NULL;
}

/* A helper for this host, what the file says itself, the helper for all hosts. */
static int look_in_file(struct arena *arena, const char *path, const char *host, const struct str_list *places,
                        struct registry_auth *ret_auth, struct error **err)
{
    const struct auth_file *file = read_file(arena, path, err);
    if (!file)
        return *err ? -1 : 0;
    const char *helper = str_map_get(&file->helpers, host);
    if (!str_empty(helper))
        return auth_ask_helper(arena, helper, host, ret_auth, err);
    const struct auth_entry *entry = find_entry(arena, file, places);
    struct registry_auth found = nothing;
    if (entry && auth_from_entry(arena, entry, path, &found, err) < 0)
        return -1;
    if (registry_auth_given(&found)) {
        *ret_auth = found;
        return 0;
    }
    return str_empty(file->store) ? 0 : auth_ask_helper(arena, file->store, host, ret_auth, err);
}

static int look_in_files(struct arena *arena, const char *host, const struct str_list *places,
                         struct registry_auth *ret_auth, struct error **err)
{
    struct str_list files = find_files(arena);
    for (size_t i = 0; i < files.count && !registry_auth_given(ret_auth); i++)
        if (look_in_file(arena, files.items[i], host, places, ret_auth, err) < 0)
            return -1;
    return 0;
}

int registry_find_auth(struct arena *arena, const char *host, const char *repository, struct registry_auth *ret_auth,
                       struct error **err)
{
    struct registries registries;
    struct registry_auth auth = nothing;
    struct str_list places = auth_places(arena, host, repository);
    if (registries_read(arena, &registries, err) < 0)
        return -1;
    if (!registries.helpers.count)
        str_list_add(arena, &registries.helpers, FILES);
    for (size_t i = 0; i < registries.helpers.count && !registry_auth_given(&auth); i++) {
        const char *helper = registries.helpers.items[i];
        int result = !strcmp(helper, FILES) ? look_in_files(arena, host, &places, &auth, err)
                                            : auth_ask_helper(arena, helper, host, &auth, err);
        if (result < 0)
            return error_wrap(err, "credentials for %s", host);
    }
    *ret_auth = auth;
    return 0;
}

struct registry_auth registry_pick_auth(struct arena *arena, const struct registry_auth *sent, const char *host,
                                        const char *repository)
{
    struct str_list places = auth_places(arena, host, repository);
    if (!sent->places.count)
        return *sent;
    for (size_t i = 0; i < places.count; i++)
        for (size_t j = 0; j < sent->places.count; j++)
            if (auth_place_is(arena, sent->places.items[j].place, places.items[i]))
                return sent->places.items[j].auth;
    return nothing;
}
