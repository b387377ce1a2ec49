#include "core/container/usage/usage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/row.h"
#include "core/container/runtime/cgroup.h"
#include "core/container/runtime/process.h"
#include "core/container/usage/files.h"

#define ROOT "/sys/fs/cgroup"
#define FILE_MAX (1u << 20)
#define NO_LIMIT (INT64_C(1) << 60) /* version 1 says so with a number as large as fits */
#define TICK_NS (INT64_C(1000000000) / 100) /* of cpuacct.stat: USER_HZ */

struct usage_files usage_files_of(struct arena *arena, const struct container *ctr)
{
    return (struct usage_files){ ROOT, container_cgroup(arena, ctr), path_exists(ROOT "/cgroup.controllers") };
}

char *usage_file(const struct usage_files *files, const char *hierarchy, const char *name)
{
    autoerror *missing = NULL;
    autofree char *path = files->v2 ? mem_printf("%s%s/%s", files->root, files->path, name)
                                    : mem_printf("%s/%s%s/%s", files->root, hierarchy, files->path, name);
    return path_read(path, FILE_MAX, NULL, &missing);
}

int64_t usage_number(const struct usage_files *files, const char *hierarchy, const char *name)
{
    autofree char *text = usage_file(files, hierarchy, name);
    return text && *text >= '0' && *text <= '9' ? strtoll(text, NULL, 10) : -1;
}

int64_t usage_value(const char *text, const char *key)
{
    size_t len = strlen(key);
    for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (!strncmp(line, key, len) && line[len] == ' ')
            return strtoll(line + len + 1, NULL, 10);
    return -1;
}

int64_t usage_times(int64_t value, int64_t factor)
{
    return value < 0 ? -1 : value * factor;
}

static void read_cpu(const struct usage_files *files, struct container_usage *usage)
{
    autofree char *stat = usage_file(files, "cpuacct", files->v2 ? "cpu.stat" : "cpuacct.stat");
    usage->cpu_ns = files->v2 ? usage_times(usage_value(stat, "usage_usec"), 1000) : usage_number(files, "cpuacct", "cpuacct.usage");
    usage->cpu_user_ns = files->v2 ? usage_times(usage_value(stat, "user_usec"), 1000) : usage_times(usage_value(stat, "user"), TICK_NS);
    usage->cpu_system_ns = files->v2 ? usage_times(usage_value(stat, "system_usec"), 1000) : usage_times(usage_value(stat, "system"), TICK_NS);
}

static void read_memory(const struct usage_files *files, struct container_usage *usage)
{
    autofree char *stat = usage_file(files, "memory", "memory.stat");
    usage->memory_bytes = usage_number(files, "memory", files->v2 ? "memory.current" : "memory.usage_in_bytes");
    usage->memory_limit_bytes = usage_number(files, "memory", files->v2 ? "memory.max" : "memory.limit_in_bytes");
    if (usage->memory_limit_bytes >= NO_LIMIT)
        usage->memory_limit_bytes = -1;
    usage->memory_inactive_file_bytes = usage_value(stat, files->v2 ? "inactive_file" : "total_inactive_file");
    usage->memory_cache_bytes = usage_value(stat, files->v2 ? "file" : "total_cache");
    usage->memory_rss_bytes = usage_value(stat, files->v2 ? "anon" : "total_rss");
}

static void add_to(int64_t *sum, int64_t value)
{
    *sum = (*sum < 0 ? 0 : *sum) + value;
}

/* "8:0 rbytes=1 wbytes=2 rios=3 wios=4 …" for each device. */
static void read_io_v2(const struct usage_files *files, struct container_usage *usage)
{
    autofree char *text = usage_file(files, "", "io.stat");
    const struct {
        const char *key;
        int64_t *sum;
    } keys[] = {
        { " rbytes=", &usage->read_bytes }, { " wbytes=", &usage->written_bytes }, { " rios=", &usage->reads }, { " wios=", &usage->writes },
    };
    for (size_t i = 0; text && i < 4; i++)
        for (const char *at = text; (at = strstr(at, keys[i].key)); at++)
            add_to(keys[i].sum, strtoll(at + strlen(keys[i].key), NULL, 10));
}

/* "8:0 Read 123" and so on, for each device. */
static void read_io_v1(const struct usage_files *files, const char *name, int64_t *reads, int64_t *writes)
{
    autofree char *text = usage_file(files, "blkio", name);
    for (const char *at = text; at && (at = strstr(at, " Read ")); at++)
        add_to(reads, strtoll(at + strlen(" Read "), NULL, 10));
    for (const char *at = text; at && (at = strstr(at, " Write ")); at++)
        add_to(writes, strtoll(at + strlen(" Write "), NULL, 10));
}

static void read_io(const struct usage_files *files, struct container_usage *usage)
{
    if (files->v2) {
        read_io_v2(files, usage);
        return;
    }
    read_io_v1(files, "blkio.throttle.io_service_bytes_recursive", &usage->read_bytes, &usage->written_bytes);
    read_io_v1(files, "blkio.throttle.io_serviced_recursive", &usage->reads, &usage->writes);
}

/* "  eth0: bytes packets errs drop fifo frame compressed multicast bytes packets errs drop …" */
static bool read_interface(const char *line, struct container_interface *found)
{
    int64_t skipped;
    *found = (struct container_interface){ 0 };
    int fields = sscanf(line, " %15[^:]: %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
                              " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
                        found->name, &found->received_bytes, &found->received_packets, &found->received_errors, &found->received_dropped,
                        &skipped, &skipped, &skipped, &skipped, &found->sent_bytes, &found->sent_packets, &found->sent_errors,
                        &found->sent_dropped);
    return fields == 13 && strcmp(found->name, "lo");
}

static void read_network(const struct container *ctr, struct container_usage *usage)
{
    autoerror *gone = NULL;
    if (str_eq(ctr->spec->network_mode, "host"))
        return;
    autofree char *path = mem_printf("/proc/%lld/net/dev", (long long)ctr->pid);
    autofree char *text = path_read(path, FILE_MAX, NULL, &gone);
    if (!text || !process_is(ctr->pid, row_pid_start(ctr)))
        return;
    for (char *line = text, *end; *line && usage->interface_count < USAGE_MAX_INTERFACES; line = end) {
        end = strchrnul(line, '\n');
        if (*end)
            *end++ = '\0';
        if (read_interface(line, &usage->interfaces[usage->interface_count]))
            usage->interface_count++;
    }
}

void usage_read(const struct usage_files *files, struct container_usage *ret_usage)
{
    *ret_usage = (struct container_usage){ .read_bytes = -1, .written_bytes = -1, .reads = -1, .writes = -1 };
    read_cpu(files, ret_usage);
    read_memory(files, ret_usage);
    read_io(files, ret_usage);
    ret_usage->pids = usage_number(files, "pids", "pids.current");
}

void container_usage(const struct container *ctr, struct container_usage *ret_usage)
{
    autoarena *arena = arena_new();
    const struct usage_files files = usage_files_of(arena, ctr);
    usage_read(&files, ret_usage);
    read_network(ctr, ret_usage);
}
