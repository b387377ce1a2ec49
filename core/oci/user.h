#pragma once
/* Users and groups as the image's own passwd and group files know them. Private to core/oci. */
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct error;

struct user {
    int64_t uid, gid;
    struct { int64_t *items; size_t count; } groups; /* supplementary, without gid */
    const char *home; /* "/" when unknown */
};

/*
 * Resolves "user[:group]" (names or numbers; "" is root) and further groups in the root behind @root. The files are
 * opened inside that root only; a missing one has no entries.
 *
 * ERROR_INVALID  a name that is not there, or a number that is none
 */
int user_find(struct arena *arena, int root, const char *text, const struct str_list *groups, struct user *ret_user,
              struct error **err);
/* Syntax only: what can be said without a root. */
int user_check(const char *text, struct error **err);
