#pragma once
/*
 * Packing a tree into a tar, while others may be changing it: through descriptors, following no link. Files that are
 * replaced or removed meanwhile are left out, those that shrink end in zeros; sockets have no place in a tar. Nothing is
 * held in memory but what tells hard links.
 */
#include <stdbool.h>
#include <sys/types.h>

struct error;
struct sink;
struct str_map;

struct pack_options {
    const char *name;   /* of the root's own member; NULL: it has none */
    const char *prefix; /* before the names of all others; NULL: none */
    const struct str_map *rename; /* as unpack_options has it; NULL: none */
    /* The tree is the upper directory of an overlay: its whiteouts and opaque directories become .wh. names, marks for
     * overlayfs are left out. ERROR_UNSUPPORTED for what only overlayfs can put together (redirects, metacopy). */
    bool layer;
    /* With what is mounted in it, but for what the kernel makes up (proc, sysfs, cgroups …), which is left empty. */
    bool cross;
    /* Whether a path below the root ("a/b") is left out, with all that is below; NULL: none is. */
    bool (*leave_out)(void *context, const char *path);
    void *context;
    /* Whose a file is in the archive, given whose it is in the tree; NULL: the same. @owners: borrowed */
    void (*owner)(const void *owners, uid_t *uid, gid_t *gid);
    const void *owners;
};

/* A whole archive, to its end. @root: a directory open for reading, borrowed. */
int pack_tree(const struct sink *to, int root, const struct pack_options *options, struct error **err);
/* The same of one file @fd (O_PATH, borrowed), which is no directory, under @options->name. */
int pack_file(const struct sink *to, int fd, const struct pack_options *options, struct error **err);
