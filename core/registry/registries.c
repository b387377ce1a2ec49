#include "core/registry/registries.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/files.h"
#include "core/config/toml.h"
#include "core/registry/places.h"

#define SYSTEM_FILE "/etc/containers/registries.conf"
#define SYSTEM_DIR "/etc/containers/registries.conf.d"
#define USER_FILE ".config/containers/registries.conf"
#define USER_DIR ".config/containers/registries.conf.d"
#define SYSTEM_ALIASES "/var/cache/containers/short-name-aliases.conf"
#define USER_ALIASES ".cache/containers/short-name-aliases.conf"

#define MAX_ENTRIES 4096

/* A file of the user's hides the system's, its directory too; one that the environment names hides only the file. */
static struct str_list find_files(struct arena *arena)
{
    struct str_list files = { 0 }, user_dirs = { 0 }, user_files = { 0 };
    const char *named = str_or(getenv("CONTAINERS_REGISTRIES_CONF"), getenv("REGISTRIES_CONFIG_PATH"));
    places_add_home(arena, &user_files, USER_FILE);
    places_add_home(arena, &user_dirs, USER_DIR);
    const char *own = str_empty(named) ? places_first(&user_files) : NULL;
    str_list_add(arena, &files, own ? own : str_or(named, SYSTEM_FILE));
    if (!own)
        config_list_dir(arena, SYSTEM_DIR, &files);
    for (size_t i = 0; i < user_dirs.count; i++)
        config_list_dir(arena, user_dirs.items[i], &files);
    return files;
}

static int wrong(const char *file, const char *key, const char *value, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%s: %s: \"%s\": expected %s", file, key, value, expected);
}

static int word_of(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(text, words[i]))
            return (int)i;
    return -1;
}

static int read_mode(struct registries *registries, const struct toml *table, const char *file, struct error **err)
{
    static const char *const words[] = { "enforcing", "permissive", "disabled" };
    const char *text = toml_text(table, "short-name-mode", "");
    int mode = word_of(text, words, 3);
    if (str_empty(text))
        return 0;
    if (mode < 0)
        return wrong(file, "short-name-mode", text, "enforcing, permissive or disabled", err);
    registries->mode = (enum registries_mode)mode;
    return 0;
}

/* A host with a path, perhaps; no scheme, no slash at the end. */
static int check_location(const char *file, const char *key, const char *location, struct error **err)
{
    if (strstr(location, "://") || *location == '/' || str_ends(location, "/") || strchr(location, ' '))
        return wrong(file, key, location, "HOST[:PORT][/PATH]", err);
    return 0;
}

static int read_mirror(const struct toml *table, const char *file, struct registries_mirror *ret_mirror,
                       struct error **err)
{
    static const char *const words[] = { "all", "digest-only", "tag-only" };
    const char *text = str_or(toml_text(table, "pull-from-mirror", NULL), "all");
    int take = word_of(text, words, 3);
    *ret_mirror = (struct registries_mirror){
        .location = toml_text(table, "location", ""),
        .insecure = toml_bool(table, "insecure", false),
        .take = (enum registries_take)take,
    };
    if (take < 0)
        return wrong(file, "pull-from-mirror", text, "all, digest-only or tag-only", err);
    if (str_empty(ret_mirror->location))
        return error_set(err, ERROR_INVALID, 0, "%s: a [[registry.mirror]] has no location", file);
    return check_location(file, "location", ret_mirror->location, err);
}

static int read_mirrors(struct arena *arena, const struct toml *table, struct registries_entry *entry,
                        struct error **err)
{
    const struct toml *list = toml_get(table, "mirror");
    if (!list)
        return 0;
    if (list->kind != TOML_LIST)
        return error_set(err, ERROR_INVALID, 0, "%s: mirror: expected [[registry.mirror]]", entry->file);
    entry->mirrors.items = arena_array(arena, list->count, sizeof *entry->mirrors.items);
    for (size_t i = 0; i < list->count; i++) {
        struct registries_mirror *mirror = &entry->mirrors.items[entry->mirrors.count++];
        if (read_mirror(list->items[i], entry->file, mirror, err) < 0)
            return -1;
        if (entry->mirror_by_digest_only && mirror->take != REGISTRIES_ALL)
            return error_set(err, ERROR_INVALID, 0,
                             "%s: %s: mirror-by-digest-only and pull-from-mirror exclude each other", entry->file,
                             entry->prefix);
    }
    return 0;
}

static int read_entry(struct arena *arena, const struct toml *table, const char *file, struct registries_entry *entry,
                      struct error **err)
{
    const char *location = toml_text(table, "location", "");
    *entry = (struct registries_entry){
        .prefix = str_or(toml_text(table, "prefix", NULL), location),
        .location = location,
        .file = file,
        .insecure = toml_bool(table, "insecure", false),
        .blocked = toml_bool(table, "blocked", false),
        .mirror_by_digest_only = toml_bool(table, "mirror-by-digest-only", false),
    };
    bool wildcard = str_starts(entry->prefix, "*.");
    if (str_empty(entry->prefix) || (str_empty(location) && !wildcard))
        return error_set(err, ERROR_INVALID, 0, "%s: a [[registry]] has no location", file);
    if (strchr(entry->prefix + (wildcard ? 1 : 0), '*'))
        return wrong(file, "prefix", entry->prefix, "a * only in front, as in *.example.com", err);
    if (check_location(file, "prefix", entry->prefix, err) < 0 || check_location(file, "location", location, err) < 0)
        return -1;
    return read_mirrors(arena, table, entry, err);
}

/* One of the same prefix is replaced as a whole. */
static int put_entry(struct arena *arena, struct registries *registries, const struct registries_entry *entry,
                     struct error **err)
{
    for (size_t i = 0; i < registries->entries.count; i++) {
        if (strcmp(registries->entries.items[i].prefix, entry->prefix) != 0)
            continue;
        registries->entries.items[i] = *entry;
        return 0;
    }
    if (registries->entries.count == MAX_ENTRIES)
        return error_set(err, ERROR_TOO_LARGE, 0, "%s: more than %d [[registry]] tables", entry->file, MAX_ENTRIES);
    size_t count = registries->entries.count;
    if (!(count & (count - 1))) { /* room for a power of two */
        struct registries_entry *more = arena_array(arena, count ? count * 2 : 1, sizeof *more);
        if (count)
            memcpy(more, registries->entries.items, count * sizeof *more);
        registries->entries.items = more;
    }
    registries->entries.items[registries->entries.count++] = *entry;
    return 0;
}

static int read_entries(struct arena *arena, struct registries *registries, const struct toml *table, const char *file,
                        struct error **err)
{
    const struct toml *list = toml_get(table, "registry");
    if (list && list->kind != TOML_LIST)
        return error_set(err, ERROR_INVALID, 0, "%s: registry: expected [[registry]]", file);
    for (size_t i = 0; list && i < list->count; i++) {
        struct registries_entry entry;
        if (read_entry(arena, list->items[i], file, &entry, err) < 0 || put_entry(arena, registries, &entry, err) < 0)
            return -1;
    }
    return 0;
}

static int read_aliases(struct arena *arena, struct registries *registries, const struct toml *table, const char *file,
                        struct error **err)
{
    const struct toml *aliases = toml_get(table, "aliases");
    if (aliases && aliases->kind != TOML_TABLE)
        return error_set(err, ERROR_INVALID, 0, "%s: aliases: expected a table", file);
    for (size_t i = 0; aliases && i < aliases->count; i++) {
        const struct toml *value = aliases->entries[i].value;
        if (value->kind != TOML_TEXT)
            return error_set(err, ERROR_INVALID, 0, "%s: aliases: \"%s\": expected a name in quotes", file,
                             aliases->entries[i].key);
        str_map_set(arena, &registries->aliases, aliases->entries[i].key, value->text);
    }
    return 0;
}

/* A list that is given replaces the one before. */
static void take_list(struct arena *arena, const struct toml *table, const char *key, struct str_list *list)
{
    struct str_list fresh = { 0 };
    if (toml_texts(arena, table, key, &fresh) && fresh.count)
        *list = fresh;
}

static int read_file(struct arena *arena, struct registries *registries, const char *file, struct error **err)
{
    struct toml *table = NULL;
    if (config_read_toml(arena, file, &table, err) < 0)
        return -1;
    if (!table)
        return 0;
    if (toml_get(table, "registries"))
        return error_set(err, ERROR_INVALID, 0, "%s: [registries.*] is version 1 of its format: expected [[registry]]",
                         file);
    take_list(arena, table, "unqualified-search-registries", &registries->search);
    take_list(arena, table, "credential-helpers", &registries->helpers);
    if (read_mode(registries, table, file, err) < 0 || read_entries(arena, registries, table, file, err) < 0)
        return -1;
    return read_aliases(arena, registries, table, file, err);
}

/* What the user answered when podman asked counts more than what files say. */
static int read_answers(struct arena *arena, struct registries *registries, struct error **err)
{
    struct str_list places = { 0 };
    struct toml *table = NULL;
    str_list_add(arena, &places, SYSTEM_ALIASES);
    places_add_home(arena, &places, USER_ALIASES);
    for (size_t i = 0; i < places.count; i++)
        if (config_read_toml(arena, places.items[i], &table, err) < 0 ||
            (table && read_aliases(arena, registries, table, places.items[i], err) < 0))
            return -1;
    return 0;
}

int registries_read(struct arena *arena, struct registries *ret_registries, struct error **err)
{
    struct registries registries = { 0 };
    struct str_list files = find_files(arena);
    registries.file = files.items[0];
    for (size_t i = 0; i < files.count; i++)
        if (read_file(arena, &registries, files.items[i], err) < 0)
            return -1;
    if (read_answers(arena, &registries, err) < 0)
        return -1;
    *ret_registries = registries;
    return 0;
}
