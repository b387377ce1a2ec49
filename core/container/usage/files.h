#pragma once
/* A cgroup's files, of version 1 or 2. Private to core/container. */
#include <stdbool.h>
#include <stdint.h>

struct usage_files { /* of one cgroup; borrowed */
    const char *root; /* where hierarchies are mounted */
    const char *path; /* below it, or below each of them */
    bool v2;
};

/* Owned; NULL when it is not there. @hierarchy: of version 1 */
char *usage_file(const struct usage_files *files, const char *hierarchy, const char *name);
/* -1 when it is not there, or no number. */
int64_t usage_number(const struct usage_files *files, const char *hierarchy, const char *name);
/* Of a line "key 123"; -1. */
int64_t usage_value(const char *text, const char *key);
int64_t usage_times(int64_t value, int64_t factor); /* -1 stays -1 */

struct arena;
struct container;
struct container_usage;

struct usage_files usage_files_of(struct arena *arena, const struct container *ctr);
/* All but the network. */
void usage_read(const struct usage_files *files, struct container_usage *ret_usage);
