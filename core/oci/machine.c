#include "core/oci/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/oci/capabilities.h"

static bool has(const char *root, const char *name)
{
    autofree char *path = mem_printf("%s/%s", root, name);
    return path_exists(path);
}

static void read_v1(struct machine *machine, const char *root)
{
    machine->memory = has(root, "memory/memory.limit_in_bytes");
    machine->swap = has(root, "memory/memory.memsw.limit_in_bytes");
    machine->memory_reservation = has(root, "memory/memory.soft_limit_in_bytes");
    machine->swappiness = has(root, "memory/memory.swappiness");
    machine->oom_control = has(root, "memory/memory.oom_control");
    machine->cpu_shares = has(root, "cpu/cpu.shares");
    machine->cpu_quota = has(root, "cpu/cpu.cfs_quota_us");
    machine->cpuset = has(root, "cpuset/cpuset.cpus");
    machine->pids = has(root, "pids/cgroup.procs");
    machine->blkio_weight = has(root, "blkio/blkio.weight") || has(root, "blkio/blkio.bfq.weight");
    machine->blkio_weight_device = has(root, "blkio/blkio.weight_device") || has(root, "blkio/blkio.bfq.weight_device");
    machine->blkio_throttle = has(root, "blkio/blkio.throttle.read_bps_device");
    machine->cpu_realtime = has(root, "cpu/cpu.rt_runtime_us");
    machine->kernel_memory_tcp = has(root, "memory/memory.kmem.tcp.limit_in_bytes");
    machine->hugepages = has(root, "hugetlb/cgroup.procs");
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += len)
        if ((at == list || at[-1] == ' ') && (!at[len] || strchr(" \n", at[len])))
            return true;
    return false;
}

/* The root cgroup has no memory.swap.max, so look where we are; a root-only machine is taken to have it. */
static bool has_swap_v2(const char *root)
{
    autoerror *ignored = NULL;
    autofree char *own = path_read("/proc/self/cgroup", 65536, NULL, &ignored);
    const char *at = own ? strstr(own, "0::/") : NULL;
    if (!at || strcspn(at + 4, "\n") == 0)
        return true;
    autofree char *path = mem_printf("%s%.*s/memory.swap.max", root, (int)strcspn(at + 3, "\n"), at + 3);
    autofree char *beside = mem_printf("%s%.*s/memory.max", root, (int)strcspn(at + 3, "\n"), at + 3);
    return path_exists(path) || !path_exists(beside);
}

static void read_v2(struct machine *machine, const char *root)
{
    autoerror *ignored = NULL;
    autofree char *path = mem_printf("%s/cgroup.controllers", root);
    autofree char *text = path_read(path, 4096, NULL, &ignored);
    const char *list = text ? text : "";
    machine->memory = machine->memory_reservation = has_word(list, "memory");
    machine->swap = machine->memory && has_swap_v2(root);
    machine->cpu_shares = machine->cpu_quota = has_word(list, "cpu");
    machine->cpuset = has_word(list, "cpuset");
    machine->pids = has_word(list, "pids");
    machine->blkio_weight = machine->blkio_weight_device = machine->blkio_throttle = has_word(list, "io");
    machine->hugepages = has_word(list, "hugetlb");
}

static uint64_t bounding_set(void)
{
    uint64_t set = 0;
    for (int cap = 0; cap < CAPABILITY_COUNT; cap++)
        if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
            set |= UINT64_C(1) << cap;
    return set;
}

static bool flag_file(const char *path)
{
    autoerror *ignored = NULL;
    autofree char *text = path_read(path, 64, NULL, &ignored);
    return text && *text == 'Y';
}

void machine_read(struct machine *machine, const char *cgroup_root)
{
    *machine = (struct machine){ .v2 = has(cgroup_root, "cgroup.controllers") };
    if (machine->v2)
        read_v2(machine, cgroup_root);
    else
        read_v1(machine, cgroup_root);
    machine->capabilities = bounding_set();
    machine->can_raise_limits = machine->capabilities >> 24 & 1; /* CAP_SYS_RESOURCE */
    machine->apparmor = flag_file("/sys/module/apparmor/parameters/enabled");
    machine->mount_setattr = syscall(SYS_mount_setattr, -1, "", AT_EMPTY_PATH, NULL, 0) == 0 || errno != ENOSYS;
    machine->cpus = sysconf(_SC_NPROCESSORS_ONLN);
}
