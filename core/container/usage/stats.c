#include "core/container/usage/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/usage/stats_parts.h"

#define PROC_STAT_MAX (1u << 20)
#define TICK_NS (CLOCK_SECOND / 100) /* of /proc/stat: USER_HZ */
#define SYSTEM_FIELDS 7              /* user nice system idle iowait irq softirq, as Docker counts */
#define NO_LIMIT (INT64_C(1) << 60)  /* version 1 says so with a number as large as fits */

/* ---- processors ---- */

static void read_machine(struct container_stats *stats)
{
    autoerror *missing = NULL;
    autofree char *text = path_read("/proc/stat", PROC_STAT_MAX, NULL, &missing);
    for (const char *line = text; line && str_starts(line, "cpu"); line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (line[3] != ' ') {
            stats->online_cpus++;
            continue;
        }
        char *at = (char *)line + 3;
        for (int i = 0; i < SYSTEM_FIELDS; i++)
            stats->system_cpu_ns += strtoll(at, &at, 10) * TICK_NS;
    }
    struct sysinfo machine;
    if (sysinfo(&machine) == 0)
        stats->memory_total_bytes = (int64_t)machine.totalram * machine.mem_unit;
}

static void read_per_cpu(struct arena *arena, const struct usage_files *files, struct container_stats *stats)
{
    autofree char *text = files->v2 ? NULL : usage_file(files, "cpuacct", "cpuacct.usage_percpu");
    for (char *at = text, *end; at && *at; at = end) {
        int64_t value = strtoll(at, &end, 10);
        if (end == at)
            return;
        if (!(stats->cpu_count & (stats->cpu_count - 1))) {
            int64_t *grown = arena_array(arena, stats->cpu_count ? 2 * stats->cpu_count : 1, sizeof *grown);
            if (stats->cpu_count)
                memcpy(grown, stats->per_cpu_ns, stats->cpu_count * sizeof *grown);
            stats->per_cpu_ns = grown;
        }
        stats->per_cpu_ns[stats->cpu_count++] = value;
    }
}

static void read_throttling(const struct usage_files *files, struct container_stats *stats)
{
    autofree char *text = usage_file(files, "cpu", "cpu.stat");
    stats->periods = usage_value(text, "nr_periods");
    stats->throttled_periods = usage_value(text, "nr_throttled");
    stats->throttled_ns = files->v2 ? usage_times(usage_value(text, "throttled_usec"), 1000) : usage_value(text, "throttled_time");
}

/* ---- memory ---- */

static void read_memory(struct arena *arena, const struct usage_files *files, struct container_stats *stats)
{
    stats->memory_max_bytes = files->v2 ? -1 : usage_number(files, "memory", "memory.max_usage_in_bytes");
    stats->memory_failures = files->v2 ? -1 : usage_number(files, "memory", "memory.failcnt");
    autofree char *text = usage_file(files, "memory", "memory.stat");
    size_t lines = 0;
    for (const char *at = text; at && (at = strchr(at, '\n')); at++)
        lines++;
    stats->memory.items = arena_array(arena, lines + 1, sizeof *stats->memory.items);
    for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        size_t len = strcspn(line, " \n");
        if (line[len] != ' ' || stats->memory.count > lines)
            return;
        int64_t value = strtoll(line + len, NULL, 10);
        stats->memory.items[stats->memory.count++] = (struct stats_pair){ arena_strndup(arena, line, len), value };
    }
}

int64_t stats_memory_used(const struct container_stats *stats)
{
    int64_t used = stats->usage.memory_bytes, files = stats->usage.memory_inactive_file_bytes;
    return used < 0 ? 0 : files > 0 && files < used ? used - files : used;
}

int64_t stats_memory_limit(const struct container_stats *stats)
{
    int64_t limit = stats->usage.memory_limit_bytes;
    return limit > 0 && limit < stats->memory_total_bytes ? limit : stats->memory_total_bytes;
}

/* ---- block devices ---- */

static void add_device(struct arena *arena, struct stats_devices *devices, struct stats_device device)
{
    if (!(devices->count & (devices->count - 1))) {
        struct stats_device *grown = arena_array(arena, devices->count ? 2 * devices->count : 1, sizeof *grown);
        if (devices->count)
            memcpy(grown, devices->items, devices->count * sizeof *grown);
        devices->items = grown;
    }
    devices->items[devices->count++] = device;
}

/* "8:0 Read 123" and so on; a last line has the sum alone. */
static void read_devices_v1(struct arena *arena, const struct usage_files *files, const char *name, struct stats_devices *devices)
{
    static const char *const operations[] = { "read", "write", "sync", "async", "discard", "total" };
    autofree char *text = usage_file(files, "blkio", name);
    for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        struct stats_device device;
        char word[16];
        if (sscanf(line, "%" SCNd64 ":%" SCNd64 " %15s %" SCNd64, &device.major, &device.minor, word, &device.value) != 4)
            continue;
        for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
            if (!strcasecmp(word, operations[i])) {
                device.operation = operations[i];
                add_device(arena, devices, device);
            }
    }
}

/* "8:0 rbytes=1 wbytes=2 rios=3 wios=4 …" */
static void read_devices_v2(struct arena *arena, const struct usage_files *files, struct container_stats *stats)
{
    static const struct {
        const char *key, *operation;
        bool bytes;
    } keys[] = { { "rbytes=", "read", true }, { "wbytes=", "write", true }, { "rios=", "read", false }, { "wios=", "write", false } };
    autofree char *text = usage_file(files, "", "io.stat");
    for (char *line = text, *end; line && *line; line = end) {
        end = strchrnul(line, '\n');
        if (*end)
            *end++ = '\0';
        struct stats_device device;
        if (sscanf(line, "%" SCNd64 ":%" SCNd64, &device.major, &device.minor) != 2)
            continue;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            const char *at = strstr(line, keys[i].key);
            if (!at)
                continue;
            device.operation = keys[i].operation;
            device.value = strtoll(at + strlen(keys[i].key), NULL, 10);
            add_device(arena, keys[i].bytes ? &stats->io_bytes : &stats->io_operations, device);
        }
    }
}

static void read_devices(struct arena *arena, const struct usage_files *files, struct container_stats *stats)
{
    if (files->v2) {
        read_devices_v2(arena, files, stats);
        return;
    }
    read_devices_v1(arena, files, "blkio.throttle.io_service_bytes_recursive", &stats->io_bytes);
    read_devices_v1(arena, files, "blkio.throttle.io_serviced_recursive", &stats->io_operations);
}

/* ---- together ---- */

void stats_read(struct arena *arena, const struct usage_files *files, struct container_stats *ret_stats)
{
    *ret_stats = (struct container_stats){ .read_unix_ns = clock_now() };
    read_machine(ret_stats);
    read_per_cpu(arena, files, ret_stats);
    read_throttling(files, ret_stats);
    read_memory(arena, files, ret_stats);
    read_devices(arena, files, ret_stats);
    ret_stats->pids_limit = usage_number(files, "pids", "pids.max");
    if (ret_stats->pids_limit >= NO_LIMIT)
        ret_stats->pids_limit = -1;
}

void container_stats(struct arena *arena, const struct container *ctr, struct container_stats *ret_stats)
{
    const struct usage_files files = usage_files_of(arena, ctr);
    *ret_stats = (struct container_stats){ 0 };
    if (ctr->state != CONTAINER_RUNNING && ctr->state != CONTAINER_PAUSED)
        return;
    stats_read(arena, &files, ret_stats);
    container_usage(ctr, &ret_stats->usage);
}
