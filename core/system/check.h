#pragma once
/*
 * Damage of the store and the database, and its repair: records whose files are missing, documents that are not what their
 * digests say, layers that nothing refers to, containers without their half in the other place, pages of the database.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;

struct system_check_options {
    bool quick;  /* documents are not read, of the database only the order of its pages is looked at */
    bool repair; /* removes damaged images that no container uses, and damaged or forgotten layers that nothing needs */
    bool lossy;  /* with repair: our containers that are damaged or use damaged images too, with all that is in them */
    int64_t forgotten_ns; /* layers that nothing refers to count when they are older */
};
struct system_damage {
    const char *id;
    struct str_list what;
};
struct system_damages {
    struct system_damage *items;
    size_t count;
};
struct system_check { /* arena */
    struct system_damages layers, images, containers;
    struct str_list database;
    struct str_list removed_layers;
    struct system_damages removed_images; /* with their names */
    struct str_map removed_containers;    /* id to name */
};
/* What was found is in the report, no error; so is what of it was removed. */
int system_check(struct engine *engine, struct arena *arena, const struct system_check_options *options,
                 struct system_check *ret_check, struct error **err);
