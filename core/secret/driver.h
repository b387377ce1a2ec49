#pragma once
/* Where values are. Private to core/secret; secrets.lock is held while they change. */
#include <stddef.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;

struct secret_driver {
    const char *name;
    /* Checks the options of a new secret and adds what has a default; ERROR_INVALID names one. */
    int (*prepare)(struct engine *engine, struct arena *arena, struct str_map *options, struct error **err);
    int (*store)(const struct str_map *options, const char *id, const void *data, size_t len, struct error **err);
    /* Arena; a NUL behind it. ERROR_NOT_FOUND when it has none of that id. */
    int (*load)(struct arena *arena, const struct str_map *options, const char *id, const char **ret_data, size_t *ret_len,
                struct error **err);
    int (*forget)(const struct str_map *options, const char *id, struct error **err); /* ERROR_NOT_FOUND as well */
};

extern const struct secret_driver secret_driver_file, secret_driver_shell, secret_driver_pass;

/* ERROR_INVALID when there is none of that name. */
const struct secret_driver *secret_driver_find(const char *name, struct error **err);

/* Runs a program with the value on its standard input (NULL: none) and takes one from its output (NULL: dropped).
 * Returns its exit code or -1 with *err. What it says on standard error goes nowhere: it may be the value. */
int secret_run(struct arena *arena, const char *const *argv, const char *const *env, const void *data, size_t len,
               const char **ret_data, size_t *ret_len, struct error **err);
