#include "core/volume/plugin_places.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/volume/plugin_types.h"

#define MAX_SPEC_BYTES 65536

static const struct {
    const char *dir, *suffix;
} places[] = {
    { "/run/docker/plugins", ".sock" },      { "/etc/docker/plugins", ".spec" },      { "/etc/docker/plugins", ".json" },
    { "/usr/lib/docker/plugins", ".spec" }, { "/usr/lib/docker/plugins", ".json" },
};
#define PLACE_COUNT (sizeof places / sizeof *places)

static bool is_socket(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static void at_socket(const char *path, struct plugin_place *place)
{
    place->socket = path;
    place->url = "http://plugin";
}

/* "unix:///path" or "tcp://host:port"; Docker's tcp is TLS where there is something to check. */
static int take_address(struct arena *arena, const char *address, const char *file, struct plugin_place *place, struct error **err)
{
    bool tls = place->authority || place->certificate || place->unverified;
    size_t len = strlen(address);
    while (len && strchr("/ \t\r\n", address[len - 1]))
        len--;
    const char *text = arena_strndup(arena, address, len);
    if (str_starts(text, "unix:///"))
        at_socket(text + strlen("unix://"), place);
    else if (str_starts(text, "tcp://") && text[6])
        place->url = arena_printf(arena, "%s://%s", tls ? "https" : "http", text + 6);
    else if (str_starts(text, "http://") || str_starts(text, "https://"))
        place->url = text;
    else
        return error_set(err, ERROR_INTERNAL, 0, "%s: address \"%.200s\": expected unix:///PATH, tcp://HOST:PORT, http:// or https://",
                         file, text);
    return 0;
}

static int read_spec(struct arena *arena, const char *file, const char *text, struct plugin_place *place, struct error **err)
{
    const struct plugin_spec *spec = schema_decode(arena, plugin_spec_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, err);
    if (!spec) {
        (*err)->kind = ERROR_INTERNAL; /* no client wrote that */
        return error_wrap(err, "%s", file);
    }
    if (spec->tls) {
        place->authority = str_empty(spec->tls->authority) ? NULL : spec->tls->authority;
        place->certificate = str_empty(spec->tls->certificate) ? NULL : spec->tls->certificate;
        place->key = str_empty(spec->tls->key) ? NULL : spec->tls->key;
        place->unverified = spec->tls->unverified;
    }
    return take_address(arena, str_or(spec->address, ""), file, place, err);
}

static int read_file(struct arena *arena, const char *file, struct plugin_place *place, struct error **err)
{
    autofree char *text = path_read(file, MAX_SPEC_BYTES, NULL, err);
    if (!text)
        return -1;
    return str_ends(file, ".json") ? read_spec(arena, file, text, place, err) : take_address(arena, text, file, place, err);
}

/* 1 found, 0 not there, -1 with *err */
static int try_file(struct arena *arena, const char *file, struct plugin_place *place, struct error **err)
{
    if (str_ends(file, ".sock")) {
        if (!is_socket(file))
            return 0;
        at_socket(file, place);
        return 1;
    }
    if (!path_exists(file))
        return 0;
    return read_file(arena, file, place, err) < 0 ? -1 : 1;
}

static int look_around(struct arena *arena, struct plugin_place *place, struct error **err)
{
    int found = 0;
    for (size_t i = 0; !found && i < PLACE_COUNT; i++) {
        found = try_file(arena, arena_printf(arena, "%s/%s%s", places[i].dir, place->name, places[i].suffix), place, err);
        if (!found)
            found = try_file(arena, arena_printf(arena, "%s/%s/%s%s", places[i].dir, place->name, place->name, places[i].suffix), place,
                             err);
    }
    return found;
}

int plugin_place_find(const struct config *config, struct arena *arena, const char *name, struct plugin_place *ret_place,
                      struct error **err)
{
    const char *configured = str_map_get(&config->volume_plugins, name);
    autoerror *not_a_name = NULL;
    *ret_place = (struct plugin_place){ .name = arena_strdup(arena, name) };
    if (configured) {
        at_socket(str_starts(configured, "unix://") ? configured + strlen("unix://") : configured, ret_place);
        return 0;
    }
    int found = str_check_name(name, "driver", &not_a_name) < 0 ? 0 : look_around(arena, ret_place, err);
    if (found)
        return found < 0 ? -1 : 0;
    return error_set_about(err, ERROR_NOT_FOUND, "volume driver", name,
                           "error looking up volume plugin %.200s: plugin \"%.200s\" not found", name, name);
}

static void add_name(struct arena *arena, const char *name, struct str_list *names)
{
    autoerror *not_a_name = NULL;
    if (str_check_name(name, "driver", &not_a_name) == 0 && !str_list_has(names, name))
        str_list_add(arena, names, name);
}

void plugin_place_names(const struct config *config, struct arena *arena, struct str_list *ret_names)
{
    for (size_t i = 0; i < config->volume_plugins.count; i++)
        str_list_add(arena, ret_names, config->volume_plugins.items[i].key);
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        DIR *dir = opendir(places[i].dir);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
            const char *name = entry->d_name;
            if (str_ends(name, places[i].suffix))
                add_name(arena, arena_strndup(arena, name, strlen(name) - strlen(places[i].suffix)), ret_names);
            else if (path_exists(arena_printf(arena, "%s/%s/%s%s", places[i].dir, name, name, places[i].suffix)))
                add_name(arena, arena_strdup(arena, name), ret_names);
        }
        if (dir)
            closedir(dir);
    }
}
