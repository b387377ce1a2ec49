#pragma once
/* What a Www-Authenticate header asks for. Private to core/registry. Source of truth: RFC 9110 section 11; registry.md.
 */
#include <stdbool.h>

struct arena;
struct str_list;

struct challenge {
    bool bearer, basic;
    const char *realm, *service, *scope, *error; /* "" when not given; arena */
};

/* The one to answer among several: a Bearer one first. */
struct challenge challenge_read(struct arena *arena, const struct str_list *headers);
