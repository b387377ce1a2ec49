/* The shell driver: four commands of the user's, which get the id in SECRET_ID and the value on standard input. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/spawn.h"
#include "core/secret/driver.h"

static int prepare(struct engine *engine, struct arena *arena, struct str_map *options, struct error **err)
{
    static const char *const commands[] = { "list", "lookup", "store", "delete" };
    (void)engine;
    (void)arena;
    for (size_t i = 0; i < options->count; i++) {
        size_t at = 0;
        while (at < 4 && strcmp(commands[at], options->items[i].key))
            at++;
        if (at == 4)
            return error_set(err, ERROR_INVALID, 0,
                             "driveropts: \"%s\" is no option of the driver shell: expected list, lookup, store, delete",
                             options->items[i].key);
    }
    for (size_t i = 0; i < 4; i++)
        if (str_empty(str_map_get(options, commands[i])))
            return error_set(err, ERROR_INVALID, 0, "driveropts: %s: missing, expected a shell command", commands[i]);
    return 0;
}

static const char *const *environment(struct arena *arena, const char *id)
{
    struct str_list env = { 0 };
    for (const char *const *at = spawn_environ(); *at; at++)
        if (!str_starts(*at, "SECRET_ID="))
            str_list_add(arena, &env, *at);
    str_list_add(arena, &env, arena_printf(arena, "SECRET_ID=%s", id));
    str_list_add(arena, &env, NULL);
    return env.items;
}

static int run(struct arena *arena, const struct str_map *options, const char *which, const char *id, const void *data,
               size_t len, const char **ret_data, size_t *ret_len, struct error **err)
{
    const char *argv[] = { "/bin/sh", "-c", str_map_get(options, which), NULL };
    if (str_empty(argv[2]))
        return error_set(err, ERROR_INTERNAL, 0, "the secret's driver shell has no command %s", which);
    int code = secret_run(arena, argv, environment(arena, id), data, len, ret_data, ret_len, err);
    if (code < 0)
        return error_wrap(err, "command %s of the secret's driver shell", which);
    return code ? error_set(err, ERROR_INTERNAL, 0, "command %s of the secret's driver shell ended with %d", which, code) : 0;
}

static int store(const struct str_map *options, const char *id, const void *data, size_t len, struct error **err)
{
    autoarena *arena = arena_new();
    return run(arena, options, "store", id, data, len, NULL, NULL, err);
}

static int load(struct arena *arena, const struct str_map *options, const char *id, const char **ret_data, size_t *ret_len,
                struct error **err)
{
    return run(arena, options, "lookup", id, NULL, 0, ret_data, ret_len, err);
}

static int forget(const struct str_map *options, const char *id, struct error **err)
{
    autoarena *arena = arena_new();
    return run(arena, options, "delete", id, NULL, 0, NULL, NULL, err);
}

const struct secret_driver secret_driver_shell = { "shell", prepare, store, load, forget };
