/* The pass driver: a file called by the secret's id in a password store, which gpg encrypts for the store's key. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/secret/driver.h"

#define KEY_FILE_MAX 4096

static const char *first_line(struct arena *arena, const char *path)
{
    autoerror *none = NULL;
    autofree char *text = path_read(path, KEY_FILE_MAX, NULL, &none);
    return text ? arena_strndup(arena, text, strcspn(text, "\r\n")) : NULL;
}

/* .gpg-id of the folder or the nearest one above, as pass(1) looks for it. */
static const char *key_of(struct arena *arena, const char *root)
{
    char *dir = path_clean(arena, root);
    while (dir[0] == '/' && dir[1]) {
        const char *key = first_line(arena, arena_printf(arena, "%s/.gpg-id", dir));
        if (!str_empty(key))
            return key;
        char *slash = strrchr(dir, '/');
        *slash = '\0';
    }
    return NULL;
}

static const char *default_root(struct arena *arena)
{
    static const char *const places[] = { ".password-store", ".local/share/gopass/stores/root" };
    const char *home = getenv("HOME");
    for (size_t i = 0; !str_empty(home) && i < 2; i++) {
        const char *path = arena_printf(arena, "%s/%s", home, places[i]);
        if (path_exists(path))
            return path;
    }
    return NULL;
}

static int check_names(const struct str_map *options, struct error **err)
{
    for (size_t i = 0; i < options->count; i++) {
        const char *name = options->items[i].key;
        if (strcmp(name, "root") && strcmp(name, "key") && strcmp(name, "gpghomedir"))
            return error_set(err, ERROR_INVALID, 0,
                             "driveropts: \"%s\" is no option of the driver pass: expected root, key or gpghomedir", name);
    }
    return 0;
}

/* What is found is written down, so that the secret stays where it is when the home changes. */
static int prepare(struct engine *engine, struct arena *arena, struct str_map *options, struct error **err)
{
    (void)engine;
    if (check_names(options, err) < 0)
        return -1;
    const char *root = str_map_get(options, "root");
    if (!root && !(root = default_root(arena)))
        return error_set(err, ERROR_INVALID, 0, "driveropts: root: missing, expected the folder of a password store");
    if (*root != '/')
        return error_set(err, ERROR_INVALID, 0, "driveropts: root: \"%s\" is not an absolute path", root);
    if (!path_exists(root))
        return error_set(err, ERROR_INVALID, 0, "driveropts: root: \"%s\" is not there", root);
    const char *key = str_map_get(options, "key");
    if (!key && !(key = key_of(arena, root)))
        return error_set(err, ERROR_INVALID, 0, "driveropts: key: missing, and %s has no .gpg-id", root);
    if (!*key || *key == '-')
        return error_set(err, ERROR_INVALID, 0, "driveropts: key: \"%s\" is not the id of a key", key);
    str_map_set(arena, options, "root", root);
    str_map_set(arena, options, "key", key);
    return 0;
}

static const char *file_of(struct arena *arena, const struct str_map *options, const char *id)
{
    const char *root = str_map_get(options, "root");
    return arena_printf(arena, "%s/%s", path_clean(arena, str_or(root, default_root(arena))), id);
}

static int gpg(struct arena *arena, const struct str_map *options, const struct str_list *words, const void *data, size_t len,
               const char **ret_data, size_t *ret_len, struct error **err)
{
    struct str_list argv = { 0 };
    const char *home = str_map_get(options, "gpghomedir");
    str_list_add(arena, &argv, "gpg");
    str_list_add(arena, &argv, "--batch");
    str_list_add(arena, &argv, "--no-auto-key-locate"); /* a name is looked up nowhere else */
    if (!str_empty(home)) {
        str_list_add(arena, &argv, "--homedir");
        str_list_add(arena, &argv, home);
    }
    for (size_t i = 0; i < words->count; i++)
        str_list_add(arena, &argv, words->items[i]);
    str_list_add(arena, &argv, NULL);
    return secret_run(arena, argv.items, NULL, data, len, ret_data, ret_len, err);
}

static int store(const struct str_map *options, const char *id, const void *data, size_t len, struct error **err)
{
    autoarena *arena = arena_new();
    const char *key = str_map_get(options, "key"), *file = file_of(arena, options, id);
    const char *const words[] = { "--encrypt", "-r", key, "-o", file };
    struct str_list list = { 0 };
    if (path_exists(file))
        return error_set(err, ERROR_INTERNAL, 0, "%s is there already", file);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        str_list_add(arena, &list, words[i]);
    int code = gpg(arena, options, &list, data, len, NULL, NULL, err);
    if (code > 0)
        return error_set(err, ERROR_INVALID, 0, "driveropts: gpg cannot encrypt for key \"%s\": it ended with %d", key, code);
    return code;
}

static int load(struct arena *arena, const struct str_map *options, const char *id, const char **ret_data, size_t *ret_len,
                struct error **err)
{
    const char *file = file_of(arena, options, id);
    struct str_list list = { 0 };
    if (!path_exists(file))
        return error_set(err, ERROR_NOT_FOUND, 0, "the password store has no %s", file);
    str_list_add(arena, &list, "--decrypt");
    str_list_add(arena, &list, file);
    int code = gpg(arena, options, &list, NULL, 0, ret_data, ret_len, err);
    return code > 0 ? error_set(err, ERROR_INTERNAL, 0, "gpg cannot decrypt %s: it ended with %d", file, code) : code;
}

static int forget(const struct str_map *options, const char *id, struct error **err)
{
    autoarena *arena = arena_new();
    const char *file = file_of(arena, options, id);
    if (unlink(file) == 0)
        return 0;
    return error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_INTERNAL, errno, "removing %s", file);
}

const struct secret_driver secret_driver_pass = { "pass", prepare, store, load, forget };
