#pragma once
/*
 * What a running container uses at this moment, from its cgroup (version 1 or 2) and its network namespace. Numbers that
 * this kernel does not tell are -1.
 */
#include <stddef.h>
#include <stdint.h>

struct container;

#define USAGE_MAX_INTERFACES 32 /* further ones are left out */

struct container_interface {
    char name[16];
    int64_t received_bytes, received_packets, received_errors, received_dropped;
    int64_t sent_bytes, sent_packets, sent_errors, sent_dropped;
};

struct container_usage {
    int64_t cpu_ns, cpu_user_ns, cpu_system_ns; /* since its start */
    int64_t memory_bytes, memory_limit_bytes;   /* limit: -1 without one */
    int64_t memory_inactive_file_bytes, memory_cache_bytes, memory_rss_bytes;
    int64_t pids;
    int64_t read_bytes, written_bytes, reads, writes; /* of block devices */
    struct container_interface interfaces[USAGE_MAX_INTERFACES]; /* without lo; none of one on the host's network */
    size_t interface_count;
};
void container_usage(const struct container *ctr, struct container_usage *ret_usage);
