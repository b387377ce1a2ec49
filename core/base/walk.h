#pragma once
/*
 * Walking a tree that others may be changing: through descriptors, never following a link, and onto another file
 * system only when that is asked for. What is removed meanwhile is left out.
 */
#include <stddef.h>
#include <sys/stat.h>

struct error;

#define WALK_MAX_DEPTH 512

enum walk_flags {
    WALK_SORTED = 1, /* in the order of the names */
    WALK_CROSS = 2,  /* also onto other file systems */
};
enum { WALK_NOT_BELOW = 1 }; /* returned for a directory: what is in it is left out */

struct walk_entry {
    int dir;          /* of the directory it is in; borrowed */
    const char *name; /* in there */
    const char *path; /* from the root: "a/b" */
    int fd;           /* directories: itself, open for reading; else -1 */
    struct stat st;
};

struct walk_names { /* owned */
    char **items;
    size_t count, room;
};

/* What is in a directory, all at once. @path: for errors
 * One that was removed meanwhile is empty. */
int walk_list(int dir, const char *path, struct walk_names *ret_names, struct error **err);
void walk_names_free(struct walk_names *names);

/* Calls @each for everything below @root (a directory open for reading, borrowed), a directory before what is in it. A
 * negative return ends it.
 * ERROR_INVALID: deeper than WALK_MAX_DEPTH */
int walk_tree(int root, int flags, int (*each)(void *context, const struct walk_entry *entry, struct error **err),
              void *context, struct error **err);
