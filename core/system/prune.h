#pragma once
/* Removing whatever nobody uses, of all kinds at once. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;

struct system_prune_options {
    bool all;     /* images with a name too */
    bool volumes; /* volumes too */
    bool build;   /* working containers that a build of buildah's left behind or is at, too */
    struct str_list label, label_not, until;
};
struct system_pruned_items {
    struct str_list ids; /* networks and volumes: names */
    int64_t *sizes;      /* parallel; NULL for networks */
};
struct system_pruned { /* arena */
    struct system_pruned_items containers, images, networks, volumes;
    int64_t bytes;
};
/* Containers first, so that what they alone used goes as well. ERROR_INVALID: a filter's value */
int system_prune(struct engine *engine, struct arena *arena, const struct system_prune_options *options,
                 struct system_pruned *ret_pruned, struct error **err);
