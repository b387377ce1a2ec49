#pragma once
/*
 * Everything the kernel tells about what a container uses, as `stats` shows it. What this kernel does not tell is -1, or
 * an empty list. Memory of lists is the arena's. Times are Unix nanoseconds, or nanoseconds of processor time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/container/usage/usage.h"

struct arena;
struct container;
struct error;
struct engine;
struct sink;

struct stats_pair {
    const char *key;
    int64_t value;
};
struct stats_pairs {
    struct stats_pair *items;
    size_t count;
};
struct stats_device { /* of a block device */
    int64_t major, minor;
    const char *operation; /* read write sync async discard total */
    int64_t value;
};
struct stats_devices {
    struct stats_device *items;
    size_t count;
};

struct container_stats {
    int64_t read_unix_ns; /* 0: it does not run, and nothing else is said */
    struct container_usage usage;
    int64_t *per_cpu_ns; /* cgroup version 1 alone */
    size_t cpu_count;    /* of per_cpu_ns */
    int64_t system_cpu_ns, online_cpus; /* of the machine */
    int64_t periods, throttled_periods, throttled_ns;
    int64_t memory_max_bytes, memory_failures; /* version 1 alone */
    int64_t memory_total_bytes;                /* of the machine: the limit where there is none */
    struct stats_pairs memory;                 /* the kernel's own keys */
    int64_t pids_limit;
    struct stats_devices io_bytes, io_operations;
};
void container_stats(struct arena *arena, const struct container *ctr, struct container_stats *ret_stats);

struct stats_query {
    bool stream;  /* a sample each second until the client leaves, or the container is gone */
    bool compare; /* of one sample alone: take another one a second before it */
};
/* Calls @each for every sample with the one before it, NULL for the first (memory is valid during the call); an error of
 * it ends all. @sink: only its wait() is used.
 *   ERROR_NOT_FOUND  no such container */
int container_follow_stats(struct engine *engine, const char *key, const struct stats_query *query, const struct sink *sink,
                           int (*each)(void *context, const struct container *ctr, const struct container_stats *now,
                                       const struct container_stats *before, struct error **err),
                           void *context, struct error **err);

/* Memory without the files that are not in use, and what it may have. */
int64_t stats_memory_used(const struct container_stats *stats);
int64_t stats_memory_limit(const struct container_stats *stats);
