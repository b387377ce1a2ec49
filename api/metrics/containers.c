/* What containers use. Names and labels are cAdvisor's, whose dashboards then show them. */
#include <stddef.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/metrics/metrics.h"
#include "api/metrics/text.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/container/container.h"
#include "core/container/health/health.h"
#include "core/container/usage/usage.h"

#define MAX_CONTAINERS 1000 /* the newest; the others are counted as left out */

struct sample {
    const struct container *ctr;
    const char *id; /* "/coracle/…", as cAdvisor names cgroups */
    bool runs;
    struct container_usage usage;
};

static const struct {
    const char *name, *type, *help;
    size_t offset;
    double unit;
} numbers[] = {
#define NUMBER(field) offsetof(struct container_usage, field)
    { "container_cpu_usage_seconds_total", "counter", "Processor time", NUMBER(cpu_ns), 1e-9 },
    { "container_cpu_user_seconds_total", "counter", "Processor time outside of the kernel", NUMBER(cpu_user_ns), 1e-9 },
    { "container_cpu_system_seconds_total", "counter", "Processor time in the kernel", NUMBER(cpu_system_ns), 1e-9 },
    { "container_memory_usage_bytes", "gauge", "Memory, caches included", NUMBER(memory_bytes), 1 },
    { "container_memory_cache", "gauge", "Memory of files", NUMBER(memory_cache_bytes), 1 },
    { "container_memory_rss", "gauge", "Memory of processes", NUMBER(memory_rss_bytes), 1 },
    { "container_spec_memory_limit_bytes", "gauge", "Memory it may have; absent: no limit", NUMBER(memory_limit_bytes), 1 },
    { "container_threads", "gauge", "Processes and threads", NUMBER(pids), 1 },
    { "container_fs_reads_bytes_total", "counter", "Read from block devices", NUMBER(read_bytes), 1 },
    { "container_fs_writes_bytes_total", "counter", "Written to block devices", NUMBER(written_bytes), 1 },
    { "container_fs_reads_total", "counter", "Reads from block devices", NUMBER(reads), 1 },
    { "container_fs_writes_total", "counter", "Writes to block devices", NUMBER(writes), 1 },
};

static const struct {
    const char *name, *help;
    size_t offset;
} traffic[] = {
#define TRAFFIC(field) offsetof(struct container_interface, field)
    { "container_network_receive_bytes_total", "Bytes received", TRAFFIC(received_bytes) },
    { "container_network_receive_packets_total", "Packets received", TRAFFIC(received_packets) },
    { "container_network_receive_errors_total", "Errors while receiving", TRAFFIC(received_errors) },
    { "container_network_receive_packets_dropped_total", "Received packets that were dropped", TRAFFIC(received_dropped) },
    { "container_network_transmit_bytes_total", "Bytes sent", TRAFFIC(sent_bytes) },
    { "container_network_transmit_packets_total", "Packets sent", TRAFFIC(sent_packets) },
    { "container_network_transmit_errors_total", "Errors while sending", TRAFFIC(sent_errors) },
    { "container_network_transmit_packets_dropped_total", "Packets to be sent that were dropped", TRAFFIC(sent_dropped) },
};

static int64_t number_at(const void *object, size_t offset)
{
    return *(const int64_t *)((const char *)object + offset);
}

static void put_numbers(struct buf *out, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        metrics_begin(out, numbers[i].name, numbers[i].type, numbers[i].help);
        for (size_t j = 0; j < count; j++) {
            int64_t value = number_at(&samples[j].usage, numbers[i].offset);
            if (samples[j].runs && value >= 0)
                metrics_sample(out, numbers[i].name, (double)value * numbers[i].unit, "id", samples[j].id, "name", samples[j].ctr->name,
                               "image", samples[j].ctr->image_name, NULL);
        }
    }
}

static void put_working_set(struct buf *out, const struct sample *samples, size_t count)
{
    metrics_begin(out, "container_memory_working_set_bytes", "gauge", "Memory without the files that are not in use");
    for (size_t i = 0; i < count; i++) {
        const struct container_usage *usage = &samples[i].usage;
        if (!samples[i].runs || usage->memory_bytes < 0 || usage->memory_inactive_file_bytes < 0)
            continue;
        int64_t value = usage->memory_bytes > usage->memory_inactive_file_bytes ? usage->memory_bytes - usage->memory_inactive_file_bytes : 0;
        metrics_sample(out, "container_memory_working_set_bytes", (double)value, "id", samples[i].id, "name", samples[i].ctr->name, "image",
                       samples[i].ctr->image_name, NULL);
    }
}

static void put_traffic(struct buf *out, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < sizeof traffic / sizeof *traffic; i++) {
        metrics_begin(out, traffic[i].name, "counter", traffic[i].help);
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; samples[j].runs && k < samples[j].usage.interface_count; k++) {
                const struct container_interface *interface = &samples[j].usage.interfaces[k];
                metrics_count(out, traffic[i].name, (uint64_t)number_at(interface, traffic[i].offset), "id", samples[j].id, "name",
                              samples[j].ctr->name, "image", samples[j].ctr->image_name, "interface", interface->name, NULL);
            }
    }
}

static void put_lives(struct buf *out, const struct sample *samples, size_t count, size_t left_out)
{
    metrics_begin(out, "container_start_time_seconds", "gauge", "When it was started last, Unix time");
    for (size_t i = 0; i < count; i++)
        if (samples[i].runs)
            metrics_sample(out, "container_start_time_seconds", (double)samples[i].ctr->started_unix_ns / CLOCK_SECOND, "id", samples[i].id,
                           "name", samples[i].ctr->name, "image", samples[i].ctr->image_name, NULL);
    metrics_begin(out, "coracle_container_restarts_total", "counter", "Restarts by its policy");
    for (size_t i = 0; i < count; i++)
        metrics_count(out, "coracle_container_restarts_total", (uint64_t)samples[i].ctr->restart_count, "id", samples[i].id, "name",
                      samples[i].ctr->name, "image", samples[i].ctr->image_name, NULL);
    metrics_begin(out, "coracle_containers_left_out", "gauge", "Containers beyond the newest 1000, of which nothing is told here");
    metrics_count(out, "coracle_containers_left_out", left_out, NULL);
}

/* Of those that run and have a check: 1 for what it says. */
static void put_health(struct buf *out, const struct sample *samples, size_t count)
{
    static const enum container_health_status states[] = { CONTAINER_HEALTH_STARTING, CONTAINER_HEALTHY, CONTAINER_UNHEALTHY };
    metrics_begin(out, "coracle_container_health_status", "gauge", "1 for what its health check says, 0 for what it does not");
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; samples[i].runs && samples[i].ctr->health && j < sizeof states / sizeof *states; j++)
            metrics_count(out, "coracle_container_health_status", samples[i].ctr->health == states[j], "id", samples[i].id, "name",
                          samples[i].ctr->name, "image", samples[i].ctr->image_name, "status", container_health_text(states[j]), NULL);
}

int metrics_of_containers(struct buf *out, const struct api *api, struct arena *arena, struct error **err)
{
    static const struct container_filters every;
    autocontainers list = { 0 };
    if (container_list(api->engine, &every, true, 0, &list, err) < 0)
        return -1;
    size_t count = list.count < MAX_CONTAINERS ? list.count : MAX_CONTAINERS;
    struct sample *samples = arena_array(arena, count, sizeof *samples);
    for (size_t i = 0; i < count; i++) {
        const struct container *ctr = list.items[i];
        samples[i] = (struct sample){
            .ctr = ctr,
            .id = arena_printf(arena, "/coracle/%s", ctr->id),
            .runs = ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED,
        };
        if (samples[i].runs)
            container_usage(ctr, &samples[i].usage);
    }
    put_numbers(out, samples, count);
    put_working_set(out, samples, count);
    put_traffic(out, samples, count);
    put_health(out, samples, count);
    put_lives(out, samples, count, list.count - count);
    return 0;
}
