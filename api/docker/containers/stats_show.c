#include <string.h>

#include "api/docker/containers/stats.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/container/container.h"
#include "core/container/usage/stats.h"

static int64_t known(int64_t value)
{
    return value < 0 ? 0 : value;
}

static int64_t *known_or_null(struct arena *arena, int64_t value)
{
    if (value < 0)
        return NULL;
    int64_t *copy = arena_zalloc(arena, sizeof *copy);
    *copy = value;
    return copy;
}

static void show_cpu(const struct container_stats *stats, struct docker_stats_cpu *shown)
{
    if (!stats || !stats->read_unix_ns)
        return;
    shown->usage = (struct docker_stats_cpu_usage){
        .total = known(stats->usage.cpu_ns),
        .per_cpu = { stats->per_cpu_ns, stats->cpu_count },
        .kernel = known(stats->usage.cpu_system_ns),
        .user = known(stats->usage.cpu_user_ns),
    };
    shown->system = stats->system_cpu_ns;
    shown->online = stats->online_cpus;
    shown->throttling =
        (struct docker_stats_throttling){ known(stats->periods), known(stats->throttled_periods), known(stats->throttled_ns) };
}

static void show_memory(struct arena *arena, const struct container_stats *stats, struct docker_stats_memory *shown)
{
    shown->usage = known(stats->usage.memory_bytes);
    shown->max_usage = known(stats->memory_max_bytes);
    shown->failures = known(stats->memory_failures);
    shown->limit = stats_memory_limit(stats);
    shown->stats.items = arena_array(arena, stats->memory.count, sizeof *shown->stats.items);
    shown->stats.count = stats->memory.count;
    for (size_t i = 0; i < stats->memory.count; i++) {
        shown->stats.items[i].key = stats->memory.items[i].key;
        shown->stats.items[i].value = stats->memory.items[i].value;
    }
}

/* Not null, as with a container that does not run. */
static void show_devices(struct arena *arena, const struct stats_devices *from, struct docker_stats_device **ret_items, size_t *ret_count)
{
    *ret_items = arena_array(arena, from->count + 1, sizeof **ret_items);
    *ret_count = from->count;
    for (size_t i = 0; i < from->count; i++)
        (*ret_items)[i] = (struct docker_stats_device){ from->items[i].major, from->items[i].minor, from->items[i].operation,
                                                        from->items[i].value };
}

static void show_networks(struct arena *arena, const struct container_usage *usage, struct docker_stats *shown)
{
    shown->networks.items = arena_array(arena, usage->interface_count, sizeof *shown->networks.items);
    shown->networks.count = usage->interface_count;
    for (size_t i = 0; i < usage->interface_count; i++) {
        const struct container_interface *from = &usage->interfaces[i];
        shown->networks.items[i].key = arena_strdup(arena, from->name);
        shown->networks.items[i].value = (struct docker_stats_network){
            from->received_bytes, from->received_packets, from->received_errors, from->received_dropped,
            from->sent_bytes,     from->sent_packets,     from->sent_errors,     from->sent_dropped,
        };
    }
}

void docker_show_stats(struct arena *arena, const struct container *ctr, const char *name, const struct container_stats *now,
                       const struct container_stats *before, struct docker_stats *ret_shown)
{
    struct docker_stats shown = { .name = name, .id = ctr->id, .os_type = "linux", .read = now->read_unix_ns };
    if (now->read_unix_ns) {
        shown.preread = before ? before->read_unix_ns : 0;
        shown.pids.current = known_or_null(arena, now->usage.pids);
        shown.pids.limit = known_or_null(arena, now->pids_limit);
        show_cpu(now, &shown.cpu);
        show_cpu(before, &shown.precpu);
        show_memory(arena, now, &shown.memory);
        show_devices(arena, &now->io_bytes, &shown.blkio.bytes.items, &shown.blkio.bytes.count);
        show_devices(arena, &now->io_operations, &shown.blkio.operations.items, &shown.blkio.operations.count);
        show_networks(arena, &now->usage, &shown);
    }
    *ret_shown = shown;
}
