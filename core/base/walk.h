#pragma once
/*
 * Walking a tree that others may be changing: through descriptors, never following a link, never onto another file
 * system. What is removed meanwhile is left out.
 */
#include <stddef.h>
#include <sys/stat.h>

struct error;

#define WALK_MAX_DEPTH 512

struct walk_entry {
    int dir;          /* of the directory it is in; borrowed */
    const char *name; /* in there */
    const char *path; /* from the root: "a/b" */
    int fd;           /* directories: itself, open for reading; else -1 */
    struct stat st;
};

/* Calls @each for everything below @root (a directory open for reading, borrowed), a directory before what is in it, in
 * the order of the names when @sorted. A non-zero return ends it.
 * ERROR_INVALID: deeper than WALK_MAX_DEPTH */
int walk_tree(int root, int sorted, int (*each)(void *context, const struct walk_entry *entry, struct error **err),
              void *context, struct error **err);
