#pragma once
/*
 * What this machine can limit and grant: looked up once per configuration, so that a limit the kernel lacks becomes a
 * warning and not a runtime's failure. Private to core/oci.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

struct machine {
    bool v2;
    bool memory, swap, memory_reservation, swappiness, oom_control;
    bool cpu_shares, cpu_quota, cpuset, pids;
    bool blkio_weight, blkio_weight_device, blkio_throttle;
    bool cpu_realtime, kernel_memory_tcp, hugepages;
    bool can_raise_limits; /* CAP_SYS_RESOURCE: hard limits may go up */
    bool apparmor;
    bool mount_setattr; /* the kernel changes a mount with all below it: Linux 5.12 */
    uint64_t capabilities; /* bit per capability that we may hand on: our bounding set */
    int64_t cpus;
};

/* @cgroup_root: "/sys/fs/cgroup" except in tests */
void machine_read(struct machine *machine, const char *cgroup_root);
