/* cgroup limits: checked with Docker's rules and words, left out with a warning where the kernel has no such
 * controller. */
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/oci/build.h"

#define MEMORY_LEAST (6 << 20)
#define DEFAULT_PERIOD 100000

static int check_memory(const struct container_resources *want, struct error **err)
{
    if (want->memory < 0 || (want->memory && want->memory < MEMORY_LEAST))
        return error_set(err, ERROR_INVALID, 0, "Minimum memory limit allowed is 6MB: memory is %lld",
                         (long long)want->memory);
    if (want->memory_swap < -1)
        return error_set(err, ERROR_INVALID, 0, "memorySwap: %lld is not valid: expected bytes, or -1 for unlimited",
                         (long long)want->memory_swap);
    if (want->memory_swap > 0 && !want->memory)
        return error_set(err, ERROR_INVALID, 0,
                         "You should always set the Memory limit when using Memoryswap limit, see usage");
    if (want->memory_swap > 0 && want->memory_swap < want->memory)
        return error_set(err, ERROR_INVALID, 0,
                         "Minimum memoryswap limit should be larger than memory limit, see usage");
    if (want->memory_reservation < 0 || (want->memory_reservation && want->memory_reservation < MEMORY_LEAST))
        return error_set(err, ERROR_INVALID, 0, "Minimum memory reservation allowed is 6MB: memoryReservation is %lld",
                         (long long)want->memory_reservation);
    if (want->memory && want->memory_reservation > want->memory)
        return error_set(err, ERROR_INVALID, 0,
                         "Minimum memory limit can not be less than memory reservation limit, see usage");
    if (want->memory_swappiness && (*want->memory_swappiness < -1 || *want->memory_swappiness > 100))
        return error_set(err, ERROR_INVALID, 0, "Invalid value: %lld, valid memory swappiness range is 0-100",
                         (long long)*want->memory_swappiness);
    if (want->oom_score_adj < -1000 || want->oom_score_adj > 1000)
        return error_set(err, ERROR_INVALID, 0, "Invalid value %lld, range for oom score adj is [-1000, 1000]",
                         (long long)want->oom_score_adj);
    return 0;
}

static int check_cpu(const struct machine *machine, const struct container_resources *want, struct error **err)
{
    if (want->nano_cpus && (want->cpu_period || want->cpu_quota))
        return error_set(err, ERROR_INVALID, 0,
                         "Conflicting options: Nano CPUs and CPU Period or Quota cannot both be set.");
    if (want->nano_cpus < 0 || want->nano_cpus > machine->cpus * 1000000000)
        return error_set(err, ERROR_INVALID, 0,
                         "range of CPUs is from 0.01 to %lld.00, as there are only %lld CPUs available",
                         (long long)machine->cpus, (long long)machine->cpus);
    if (want->cpu_period && (want->cpu_period < 1000 || want->cpu_period > 1000000))
        return error_set(err, ERROR_INVALID, 0,
                         "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    if (want->cpu_quota < -1 || (want->cpu_quota > 0 && want->cpu_quota < 1000))
        return error_set(err, ERROR_INVALID, 0, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
    if (want->cpu_shares < 0)
        return error_set(err, ERROR_INVALID, 0, "cpuShares: %lld is not valid: expected a weight from 2 to 262144",
                         (long long)want->cpu_shares);
    if (want->cpu_realtime_period < 0 || want->cpu_realtime_runtime < 0)
        return error_set(err, ERROR_INVALID, 0, "cpuRealtimePeriod and cpuRealtimeRuntime: expected microseconds, 0 or more");
    if (want->cpu_realtime_period && want->cpu_realtime_runtime > want->cpu_realtime_period)
        return error_set(err, ERROR_INVALID, 0, "cpu real-time runtime cannot be higher than cpu real-time period");
    return 0;
}

/* "0-3,5": every number below @count (0: any). */
static bool is_cpu_list(const char *text, int64_t count, bool *ret_available)
{
    *ret_available = true;
    while (*text) {
        char *end;
        if (*text < '0' || *text > '9')
            return false;
        long first = strtol(text, &end, 10), last = first;
        if (*end == '-') {
            if (end[1] < '0' || end[1] > '9')
                return false;
            last = strtol(end + 1, &end, 10);
        }
        if (last < first || last > 8191 || (*end && *end != ',') || (*end && !end[1]))
            return false;
        if (count && last >= count)
            *ret_available = false;
        text = *end ? end + 1 : end;
    }
    return true;
}

static int check_cpuset(const struct machine *machine, const struct container_resources *want, struct error **err)
{
    bool available;
    if (!str_empty(want->cpuset_cpus) && !is_cpu_list(want->cpuset_cpus, machine->cpus, &available))
        return error_set(err, ERROR_INVALID, 0, "Invalid value %s for cpuset cpus", want->cpuset_cpus);
    if (!str_empty(want->cpuset_cpus) && !available)
        return error_set(err, ERROR_INVALID, 0, "Requested CPUs are not available - requested %s, available: 0-%lld",
                         want->cpuset_cpus, (long long)machine->cpus - 1);
    if (!str_empty(want->cpuset_mems) && !is_cpu_list(want->cpuset_mems, 0, &available))
        return error_set(err, ERROR_INVALID, 0, "Invalid value %s for cpuset mems", want->cpuset_mems);
    return 0;
}

static int check_resources(const struct build *build, struct error **err)
{
    const struct container_resources *want = &build->ctr->spec->resources;
    if (check_memory(want, err) < 0 || check_cpu(&build->machine, want, err) < 0)
        return -1;
    return check_cpuset(&build->machine, want, err);
}

bool build_can(const struct build *build, bool asked, bool possible, const char *what)
{
    if (asked && !possible)
        build_warn(build, "Your kernel does not support %s or the cgroup is not mounted. %s discarded.", what, what);
    return asked && possible;
}

static int64_t swap_of(const struct container_resources *want)
{
    if (want->memory_swap)
        return want->memory_swap;
    return want->memory > INT64_MAX / 2 ? -1 : want->memory * 2;
}

static void fill_memory(const struct build *build, struct oci_resources *made)
{
    const struct container_resources *want = &build->ctr->spec->resources;
    const struct machine *machine = &build->machine;
    struct oci_memory memory = { 0 };
    bool any = false;
    if (build_can(build, want->memory > 0, machine->memory, "Memory limit")) {
        memory.limit = number(build->arena, want->memory);
        any = true;
        if (machine->swap)
            memory.swap = number(build->arena, swap_of(want));
        else
            build_warn(build, "Your kernel does not support swap limit capabilities or the cgroup is not mounted. "
                              "Memory limited without swap.");
    }
    if (build_can(build, want->memory_reservation > 0, machine->memory_reservation, "Memory soft limit")) {
        memory.reservation = number(build->arena, want->memory_reservation);
        any = true;
    }
    bool swappiness = want->memory_swappiness && *want->memory_swappiness >= 0;
    if (build_can(build, swappiness, machine->swappiness, "Memory swappiness")) {
        memory.swappiness = number(build->arena, *want->memory_swappiness);
        any = true;
    }
    if (build_can(build, want->oom_kill_disable, machine->oom_control, "OomKillDisable")) {
        memory.disable_oom_killer = arena_zalloc(build->arena, sizeof(bool));
        *memory.disable_oom_killer = any = true;
    }
    if (build_can(build, want->kernel_memory_tcp > 0, machine->kernel_memory_tcp, "Kernel memory TCP limit")) {
        memory.kernel_tcp = number(build->arena, want->kernel_memory_tcp);
        any = true;
    }
    if (any) {
        made->memory = arena_zalloc(build->arena, sizeof memory);
        *made->memory = memory;
    }
}

static void fill_cpu(const struct build *build, struct oci_resources *made)
{
    const struct container_resources *want = &build->ctr->spec->resources;
    const struct machine *machine = &build->machine;
    struct arena *arena = build->arena;
    struct oci_cpu cpu = { 0 };
    int64_t period = want->nano_cpus ? DEFAULT_PERIOD : want->cpu_period;
    int64_t quota = want->nano_cpus ? want->nano_cpus * DEFAULT_PERIOD / 1000000000 : want->cpu_quota;
    if (want->nano_cpus && quota < 1000)
        quota = 1000; /* the kernel's least */
    if (build_can(build, want->cpu_shares > 0, machine->cpu_shares, "CPU shares"))
        cpu.shares = number(arena, want->cpu_shares);
    if (build_can(build, period || quota, machine->cpu_quota, "CPU CFS quota")) {
        cpu.period = period ? number(arena, period) : NULL;
        cpu.quota = quota ? number(arena, quota) : NULL;
    }
    bool set = !str_empty(want->cpuset_cpus) || !str_empty(want->cpuset_mems);
    if (build_can(build, set, machine->cpuset, "Cpuset")) {
        cpu.cpus = want->cpuset_cpus;
        cpu.mems = want->cpuset_mems;
    }
    if (build_can(build, want->cpu_realtime_period || want->cpu_realtime_runtime, machine->cpu_realtime, "CPU real-time scheduler")) {
        cpu.realtime_period = want->cpu_realtime_period ? number(arena, want->cpu_realtime_period) : NULL;
        cpu.realtime_runtime = want->cpu_realtime_runtime ? number(arena, want->cpu_realtime_runtime) : NULL;
    }
    if (cpu.shares || cpu.period || cpu.quota || cpu.realtime_period || cpu.realtime_runtime || cpu.cpus || cpu.mems) {
        made->cpu = arena_zalloc(arena, sizeof cpu);
        *made->cpu = cpu;
    }
}

static void fill_pids(const struct build *build, struct oci_resources *made)
{
    const int64_t *asked = build->ctr->spec->resources.pids_limit;
    int64_t limit = asked ? *asked : is_podman(build) ? build->engine->config->pids_limit : 0;
    if (limit <= 0 || !build_can(build, true, build->machine.pids, "PIDs limit"))
        return;
    made->pids = arena_zalloc(build->arena, sizeof *made->pids);
    made->pids->limit = limit;
}

/* "2MB": a number and a unit, as the files of the controller are called. */
static int fill_hugepages(const struct build *build, struct oci_resources *made, struct error **err)
{
    const struct container_resources *want = &build->ctr->spec->resources;
    for (size_t i = 0; i < want->hugepages.count; i++) {
        const struct container_hugepages *pages = &want->hugepages.items[i];
        size_t digits = strspn(pages->page_size, "0123456789");
        const char *unit = pages->page_size + digits;
        if (!digits || (strcmp(unit, "KB") && strcmp(unit, "MB") && strcmp(unit, "GB")))
            return error_set(err, ERROR_INVALID, 0, "hugepages: \"%s\" is not a page size: expected such as 64KB, 2MB or 1GB",
                             pages->page_size);
        if (!build_can(build, true, build->machine.hugepages, "Huge pages limit"))
            continue;
        *LIST_ADD(build->arena, &made->hugepages) = (struct oci_hugepages){ .page_size = pages->page_size, .limit = pages->limit };
    }
    return 0;
}

/* The runtime writes these files in the container's cgroup: a name may not lead to another. */
static int fill_unified(const struct build *build, struct oci_resources *made, struct error **err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    const struct str_map *want = &build->ctr->spec->resources.unified;
    for (size_t i = 0; i < want->count; i++) {
        const char *name = want->items[i].key, *dot = strchr(name, '.');
        if (!dot || dot == name || !dot[1] || name[strspn(name, letters)] || str_starts(name, "cgroup."))
            return error_set(err, ERROR_INVALID, 0, "unified: \"%s\" is not a limit: expected the name of a controller's file, such as memory.high",
                             name);
    }
    if (want->count && !build->machine.v2)
        return error_set(err, ERROR_INVALID, 0, "unified: \"%s\" needs cgroup v2: this machine has cgroup v1", want->items[0].key);
    made->unified = *want;
    return 0;
}

int build_resources(struct build *build, struct error **err)
{
    struct oci_resources *made = build->spec.platform.resources;
    if (check_resources(build, err) < 0)
        return -1;
    fill_memory(build, made);
    fill_cpu(build, made);
    fill_pids(build, made);
    if (fill_hugepages(build, made, err) < 0 || fill_unified(build, made, err) < 0 || build_block_io(build, err) < 0)
        return -1;
    build->spec.platform.cgroups_path = build->place ? build->place->cgroup_path : NULL;
    return 0;
}
