#pragma once
/*
 * What clients of a socket may do: blocks of a policy file, coracle-policy(5).
 *
 * A block is for one socket, and maybe for some users or groups only. The first block that fits a connection is its
 * policy as long as it lasts. What is asked for is decided on the table entry that is about to be called, by its id and
 * `.rights`: how the request was spelled does not matter. Everything here is read once at the start and never changes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/str.h"
#include "core/base/tls.h"

struct arena;
struct caller;
struct container_rules;
struct error;

struct policy {
    const char *socket;       /* `path`, `listen` or else `name`: what messages say */
    const char *path, *listen, *name; /* where we listen: one of the first two at most; what LISTEN_FDNAMES calls it */
    struct tls_files tls;     /* of `listen`, or of a TCP socket that is handed over; in the socket's first block */
    mode_t mode;              /* of the socket's file */
    gid_t group;              /* … (gid_t)-1: left as it is */
    bool limited;             /* to `users` and `groups`, or `certificates` */
    const uid_t *users;
    const gid_t *groups;
    size_t user_count, group_count;
    struct str_list certificates; /* names as certificate_name() spells them */
    bool nobody;              /* the last of each socket: for those no block is for */
    struct str_list allow;    /* as written */
    bool everything;          /* allow has "admin" */
    const struct container_rules *rules; /* NULL: containers may be anything */
    struct str_list grants;   /* rights, route ids and varlink methods that `allow` comes to */
};

struct policy_set {
    struct arena *arena;
    const char *file;  /* where it was read */
    struct policy *items;
    size_t count;
    const char *audit; /* "journal", "none" or an absolute path */
};

#define POLICY_DEFAULT_FILE "/etc/coracle/policy.toml"

/* Owned. ERROR_INVALID names file, line and what was expected; ERROR_NOT_FOUND when there is no such file. */
struct policy_set *policy_read(const char *file, struct error **err);
void policy_free(struct policy_set *set);

/* The first of the blocks that are for a listener of this path, or tcp:// address, or this name (either may be NULL);
 * NULL: none is. */
const struct policy *policy_of(const struct policy_set *set, const char *address, const char *name);
/* Of the blocks for @socket, the one that fits. */
const struct policy *policy_choose(const struct policy_set *set, const char *socket, const struct caller *caller);
/* ERROR_FORBIDDEN says which socket refuses what. @policy: NULL allows everything. @rights: of the table entry; NULL is
 * a right that nobody has given */
int policy_check(const struct policy *policy, const struct caller *caller, const char *id, const char *rights,
                 struct error **err);
