/* Limits and devices of a SpecGenerator. */
#include "api/libpod/containers/spec.h"

#include <ctype.h>
#include <string.h>

#include "api/types/libpod/libpod.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

/* What no kernel has any more, or not every runtime that may be chosen. */
static int refuse_foreign(const struct libpod_resources *from, const char *prefix, struct error **err)
{
    const struct {
        const char *field;
        int64_t value;
        const char *reason;
    } fields[] = {
        { "memory.kernel", from->memory.kernel, "Linux counts kernel memory as part of memory.limit" },
        { "memory.useHierarchy", from->memory.use_hierarchy && !*from->memory.use_hierarchy, "limits always count what is below a cgroup" },
        { "cpu.burst", from->cpu.burst, "the runtimes have no burst" },
        { "cpu.idle", from->cpu.idle, "the runtimes have no idle weight" },
        { "blockIO.leafWeight", from->block_io.leaf_weight, "the scheduler that had it is gone since Linux 5.0" },
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].value)
            return error_set(err, ERROR_INVALID, 0, "%s%s is not supported: %s", prefix, fields[i].field, fields[i].reason);
    return unhonoured_refuse(libpod_resources_schema(), from, prefix, NULL, err);
}

/* Devices come by number in one place and by path in another; the maps of the wire have no type of their own. */
#define TAKE_LIMITS(arena, to, numbered, named, member)                                                                      \
    do {                                                                                                                     \
        (to).items = arena_array(arena, (numbered).count + (named).count, sizeof *(to).items);                               \
        for (size_t i = 0; i < (numbered).count; i++)                                                                        \
            (to).items[(to).count++] = (struct container_device_limit){                                                      \
                .major = (numbered).items[i].major, .minor = (numbered).items[i].minor, .value = (numbered).items[i].member  \
            };                                                                                                               \
        for (size_t i = 0; i < (named).count; i++)                                                                           \
            (to).items[(to).count++] =                                                                                       \
                (struct container_device_limit){ .path = (named).items[i].key, .value = (named).items[i].value.member };     \
    } while (0)

static void translate_block_io(struct arena *arena, const struct libpod_spec *body, struct container_resources *to)
{
    const struct libpod_block_io *from = &body->resources.block_io;
    to->blkio_weight = from->weight;
    TAKE_LIMITS(arena, to->blkio_weight_devices, from->weight_device, body->weight_device, weight);
    TAKE_LIMITS(arena, to->read_bps, from->read_bps, body->throttle_read_bps, rate);
    TAKE_LIMITS(arena, to->write_bps, from->write_bps, body->throttle_write_bps, rate);
    TAKE_LIMITS(arena, to->read_iops, from->read_iops, body->throttle_read_iops, rate);
    TAKE_LIMITS(arena, to->write_iops, from->write_iops, body->throttle_write_iops, rate);
}

static void translate_cgroup(struct arena *arena, const struct libpod_spec *body, struct container_resources *to)
{
    const struct libpod_resources *from = &body->resources;
    *to = (struct container_resources){
        .memory = from->memory.limit,
        .memory_swap = from->memory.swap,
        .memory_reservation = from->memory.reservation,
        .memory_swappiness = from->memory.swappiness,
        .kernel_memory_tcp = from->memory.kernel_tcp,
        .oom_kill_disable = from->memory.disable_oom_killer,
        .oom_score_adj = body->oom_score_adj ? *body->oom_score_adj : 0,
        .cpu_shares = from->cpu.shares,
        .cpu_period = from->cpu.period,
        .cpu_quota = from->cpu.quota,
        .cpu_realtime_period = from->cpu.realtime_period,
        .cpu_realtime_runtime = from->cpu.realtime_runtime,
        .cpuset_cpus = from->cpu.cpus,
        .cpuset_mems = from->cpu.mems,
        .pids_limit = from->pids.limit,
    };
    to->hugepages.items = arena_array(arena, from->hugepages.count, sizeof *to->hugepages.items);
    for (size_t i = 0; i < from->hugepages.count; i++)
        to->hugepages.items[to->hugepages.count++] =
            (struct container_hugepages){ .page_size = from->hugepages.items[i].page_size, .limit = from->hugepages.items[i].limit };
    for (size_t i = 0; i < from->unified.count; i++)
        str_map_set(arena, &to->unified, from->unified.items[i].key, from->unified.items[i].value);
    for (size_t i = 0; i < body->unified.count; i++)
        str_map_set(arena, &to->unified, body->unified.items[i].key, body->unified.items[i].value);
    translate_block_io(arena, body, to);
}

static const char *rule_number(struct arena *arena, const int64_t *number)
{
    return number && *number >= 0 ? arena_printf(arena, "%lld", (long long)*number) : "*";
}

/* As text, which core/oci reads. Everything is denied to begin with: who says so again says nothing. */
static int translate_rules(struct arena *arena, const char *field, const struct libpod_device_rule *rules, size_t count,
                           struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < count; i++) {
        const struct libpod_device_rule *rule = &rules[i];
        const char *type = str_or(rule->type, "a");
        bool all = !strcmp(type, "a") && (!rule->major || *rule->major < 0) && (!rule->minor || *rule->minor < 0);
        if (!rule->allow && all)
            continue;
        if (!rule->allow)
            return error_set(err, ERROR_INVALID, 0, "%s: a rule that denies is not supported: expected allow true, what no rule allows is denied", field);
        str_list_add(arena, &spec->device_cgroup_rules,
                     arena_printf(arena, "%s %s:%s %s", type, rule_number(arena, rule->major), rule_number(arena, rule->minor),
                                  str_or(rule->access, "rwm")));
    }
    return 0;
}

static void translate_limits(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec)
{
    spec->ulimits.items = arena_array(arena, body->rlimits.count, sizeof *spec->ulimits.items);
    for (size_t i = 0; i < body->rlimits.count; i++) {
        const struct libpod_rlimit *from = &body->rlimits.items[i];
        char *name = arena_strdup(arena, !strncasecmp(from->type, "RLIMIT_", 7) ? from->type + 7 : from->type);
        for (char *at = name; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        spec->ulimits.items[spec->ulimits.count++] = (struct container_ulimit){ .name = name, .soft = from->soft, .hard = from->hard };
    }
}

static void translate_devices(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec)
{
    spec->devices.items = arena_array(arena, body->devices.count, sizeof *spec->devices.items);
    for (size_t i = 0; i < body->devices.count; i++) {
        struct str_list parts = str_split(arena, body->devices.items[i].path, ':');
        struct container_device device = { .host_path = parts.count ? parts.items[0] : "" };
        for (size_t j = 1; j < parts.count; j++) {
            if (parts.items[j][0] == '/')
                device.path = parts.items[j];
            else
                device.access = parts.items[j];
        }
        spec->devices.items[spec->devices.count++] = device;
    }
}

int libpod_translate_resources(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    const struct libpod_resources *from = &body->resources;
    if (refuse_foreign(from, "resource_limits.", err) < 0 ||
        translate_rules(arena, "device_cgroup_rule", body->device_cgroup_rule.items, body->device_cgroup_rule.count, spec, err) < 0 ||
        translate_rules(arena, "resource_limits.devices", from->devices.items, from->devices.count, spec, err) < 0)
        return -1;
    translate_cgroup(arena, body, &spec->resources);
    translate_limits(arena, body, spec);
    translate_devices(arena, body, spec);
    return 0;
}

int libpod_translate_limits(struct arena *arena, const struct libpod_spec *body, struct container_resources *ret_resources, struct error **err)
{
    if (refuse_foreign(&body->resources, "", err) < 0)
        return -1;
    if (body->resources.devices.count)
        return error_set(err, ERROR_INVALID, 0, "devices: is settled when a container is made: expected none");
    translate_cgroup(arena, body, ret_resources);
    return 0;
}
