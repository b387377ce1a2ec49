#pragma once
/*
 * registries.conf and what its .d directories put over it, as one. Private to core/registry.
 *
 * Source of truth: containers-registries.conf(5), version 2 of the format.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct arena;
struct error;

enum registries_mode { REGISTRIES_ENFORCING, REGISTRIES_PERMISSIVE, REGISTRIES_DISABLED }; /* of short names */
enum registries_take { REGISTRIES_ALL, REGISTRIES_DIGEST_ONLY, REGISTRIES_TAG_ONLY };      /* of a mirror */

struct registries_mirror {
    const char *location;
    bool insecure;
    enum registries_take take;
};
struct registries_entry {
    const char *prefix, *location, *file; /* location "": the name itself */
    bool insecure, blocked, mirror_by_digest_only;
    struct {
        struct registries_mirror *items;
        size_t count;
    } mirrors;
};
struct registries {
    const char *file;        /* the main one, there or not */
    struct str_list search;  /* unqualified-search-registries */
    struct str_list helpers; /* credential-helpers; "containers-auth.json": the files */
    enum registries_mode mode;
    struct str_map aliases; /* name without tag -> host/path */
    struct {
        struct registries_entry *items;
        size_t count;
    } entries; /* one for each prefix */
};

/* ERROR_INVALID names the file and what is wrong in it. No file at all is fine. */
int registries_read(struct arena *arena, struct registries *ret_registries, struct error **err);
