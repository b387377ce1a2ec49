#include "api/docker/containers/spec_parts.h"

#include <string.h>

#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

/* Docker knows no default: without a wish there is no limit. */
static int64_t *pids_limit(struct arena *arena, const struct docker_resources *from)
{
    int64_t *limit = arena_zalloc(arena, sizeof *limit);
    if (from->pids_limit && *from->pids_limit > 0)
        *limit = *from->pids_limit;
    return limit;
}

static void translate_rates(struct arena *arena, const struct docker_throttle_device *items, size_t count,
                            struct container_device_limit **ret_items, size_t *ret_count)
{
    *ret_items = arena_array(arena, count, sizeof **ret_items);
    for (size_t i = 0; i < count; i++)
        (*ret_items)[i] = (struct container_device_limit){ .path = items[i].path, .value = items[i].rate };
    *ret_count = count;
}

static void translate_resources(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec)
{
    const struct docker_resources *from = &host->resources;
    bool swappiness = from->memory_swappiness && *from->memory_swappiness != -1; /* the client's word for unset */
    spec->resources = (struct container_resources){
        .memory = from->memory,
        .memory_swap = from->memory_swap,
        .memory_reservation = from->memory_reservation,
        .memory_swappiness = swappiness ? from->memory_swappiness : NULL,
        .oom_kill_disable = from->oom_kill_disable && *from->oom_kill_disable,
        .oom_score_adj = host->oom_score_adj,
        .cpu_shares = from->cpu_shares,
        .cpu_period = from->cpu_period,
        .cpu_quota = from->cpu_quota,
        .nano_cpus = from->nano_cpus,
        .cpuset_cpus = from->cpuset_cpus,
        .cpuset_mems = from->cpuset_mems,
        .pids_limit = pids_limit(arena, from),
        .blkio_weight = from->blkio_weight,
        .cpu_realtime_period = from->cpu_realtime_period,
        .cpu_realtime_runtime = from->cpu_realtime_runtime,
        .kernel_memory_tcp = from->kernel_memory_tcp,
    };
    struct container_resources *to = &spec->resources;
    to->blkio_weight_devices.items = arena_array(arena, from->blkio_weight_device.count, sizeof *to->blkio_weight_devices.items);
    for (size_t i = 0; i < from->blkio_weight_device.count; i++)
        to->blkio_weight_devices.items[to->blkio_weight_devices.count++] = (struct container_device_limit){
            .path = from->blkio_weight_device.items[i].path, .value = from->blkio_weight_device.items[i].weight };
    translate_rates(arena, from->blkio_read_bps.items, from->blkio_read_bps.count, &to->read_bps.items, &to->read_bps.count);
    translate_rates(arena, from->blkio_write_bps.items, from->blkio_write_bps.count, &to->write_bps.items, &to->write_bps.count);
    translate_rates(arena, from->blkio_read_iops.items, from->blkio_read_iops.count, &to->read_iops.items, &to->read_iops.count);
    translate_rates(arena, from->blkio_write_iops.items, from->blkio_write_iops.count, &to->write_iops.items, &to->write_iops.count);
}

/* What no Linux has, or has no more, is discarded or refused as dockerd does it on Linux. */
static int check_foreign(struct arena *arena, const struct docker_resources *from, struct str_list *warnings, struct error **err)
{
    if (from->io_maximum_iops)
        return error_set(err, ERROR_INVALID, 0, "HostConfig.IOMaximumIOps: Invalid QoS settings: linux does not support configuration of maximum IOPs");
    if (from->io_maximum_bandwidth)
        return error_set(err, ERROR_INVALID, 0, "HostConfig.IOMaximumBandwidth: Invalid QoS settings: linux does not support configuration of maximum bandwidth");
    if (from->device_requests.count) {
        const struct docker_device_request *first = &from->device_requests.items[0];
        struct str_list first_of = first->capabilities.count ? (struct str_list){ first->capabilities.items[0].items, first->capabilities.items[0].count }
                                                             : (struct str_list){ 0 };
        return error_set(err, ERROR_INVALID, 0, "HostConfig.DeviceRequests: could not select device driver \"%.80s\" with capabilities: [[%.80s]]: expected devices by path in Devices",
                         str_or(first->driver, ""), str_join(arena, &first_of, " "));
    }
    if (from->cpu_count)
        str_list_add(arena, warnings, "linux does not support CPU count. Count discarded.");
    if (from->cpu_percent)
        str_list_add(arena, warnings, "linux does not support CPU percent. Percent discarded.");
    if (from->kernel_memory)
        str_list_add(arena, warnings, "KernelMemory is obsolete: this kernel limits it as part of Memory. Limitation discarded.");
    return 0;
}

static int translate_ulimits(struct arena *arena, const struct docker_resources *from, struct container_spec *spec,
                             struct error **err)
{
    spec->ulimits.items = arena_array(arena, from->ulimits.count, sizeof *spec->ulimits.items);
    for (size_t i = 0; i < from->ulimits.count; i++) {
        const struct docker_ulimit *limit = &from->ulimits.items[i];
        if (limit->soft < -1 || limit->hard < -1)
            return error_set(err, ERROR_INVALID, 0,
                             "Ulimits: %s: %lld is not valid: expected a number, or -1 for unlimited", limit->name,
                             (long long)(limit->soft < -1 ? limit->soft : limit->hard));
        spec->ulimits.items[spec->ulimits.count++] = (struct container_ulimit){
            .name = limit->name,
            .soft = (uint64_t)limit->soft, /* -1 is 2^64-1 */
            .hard = (uint64_t)limit->hard,
        };
    }
    return 0;
}

static int translate_devices(struct arena *arena, const struct docker_resources *from, struct container_spec *spec,
                             struct error **err)
{
    spec->devices.items = arena_array(arena, from->devices.count, sizeof *spec->devices.items);
    for (size_t i = 0; i < from->devices.count; i++) {
        const struct docker_device *device = &from->devices.items[i];
        const char *access = str_or(device->permissions, "rwm");
        if (access[strspn(access, "rwm")])
            return error_set(err, ERROR_INVALID, 0,
                             "Devices: CgroupPermissions: \"%s\" is not valid: expected r, w, m in any mix", access);
        spec->devices.items[spec->devices.count++] = (struct container_device){
            .host_path = device->path_on_host,
            .path = device->path_in_container,
            .access = access,
        };
    }
    spec->device_cgroup_rules = from->device_cgroup_rules;
    return 0;
}

int spec_limits(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec,
                struct str_list *warnings, struct error **err)
{
    const struct docker_resources *from = &host->resources;
    if (check_foreign(arena, from, warnings, err) < 0)
        return -1;
    translate_resources(arena, host, spec);
    spec->cgroup_parent = from->cgroup_parent;
    spec->init = from->init && *from->init;
    if (host->shm_size < 0)
        return error_set(err, ERROR_INVALID, 0, "SHM size can not be less than 0");
    spec->shm_size = host->shm_size;
    if (translate_ulimits(arena, from, spec, err) < 0)
        return -1;
    return translate_devices(arena, from, spec, err);
}
