/* GET /libpod/containers/stats and GET /libpod/containers/{name}/stats */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/docker/containers/stats.h"
#include "api/libpod/tables.h"
#include "api/types/docker/docker.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/container/container.h"
#include "core/container/usage/stats.h"

#define MAX_INTERVAL_S 86400

/* ---- one ---- */

#define ONE_PARAMS(P)                                                                                                \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                                  \
    P(QUERY, BOOL, stream, "stream", "true", "A sample each second until the client leaves; else one")               \
    P(QUERY, BOOL, one_shot, "one-shot", "false", "With stream=false: at once, without one before to compare it with")
PARAMS(one_params, ONE_PARAMS)

static int send_one(void *context, const struct container *ctr, const struct container_stats *now, const struct container_stats *before,
                    struct error **err)
{
    struct call *call = context;
    autoarena *arena = arena_new();
    struct docker_stats shown;
    docker_show_stats(arena, ctr, ctr->name, now, before, &shown);
    return reply_next(call, docker_stats_schema(), &shown, err);
}

static int get_one(struct call *call, struct error **err)
{
    const struct one_params *p = call->params;
    if (p->stream && p->one_shot)
        return error_set(err, ERROR_INVALID, 0, "one-shot: cannot have stream=true and one-shot=true");
    autocontainer *ctr = container_find(call->engine, p->name, err);
    if (!ctr)
        return -1;
    if (ctr->state != CONTAINER_RUNNING && ctr->state != CONTAINER_PAUSED)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container is stopped: container %s does not run", ctr->id);
    const struct stats_query query = { .stream = p->stream, .compare = !p->one_shot };
    return container_follow_stats(call->engine, ctr->id, &query, &call->sink, send_one, call, err);
}

/* ---- several ---- */

#define SEVERAL_PARAMS(P)                                                                                                   \
    P(QUERY, LIST, containers, "containers", NULL, "Names or ids; none: those that run")                                    \
    P(QUERY, BOOL, all, "all", "false", "Without names: also those that do not run")                                        \
    P(QUERY, BOOL, stream, "stream", "true", "A sample at each interval until the client leaves; else one")                 \
    P(QUERY, I64, interval, "interval", "5", "Seconds between two samples")
PARAMS(several_params, SEVERAL_PARAMS)

static double percent(double part, double whole)
{
    return part > 0 && whole > 0 ? part / whole * 100 : 0;
}

static void show(struct arena *arena, const struct container *ctr, const struct container_stats *now, const struct container_stats *before,
                 struct libpod_stats *shown)
{
    const struct container_usage *usage = &now->usage;
    *shown = (struct libpod_stats){ .id = ctr->id, .name = ctr->name };
    if (!now->read_unix_ns)
        return;
    int64_t cpu = usage->cpu_ns < 0 ? 0 : usage->cpu_ns, since = before && before->read_unix_ns ? before->read_unix_ns : ctr->started_unix_ns;
    int64_t cpu_before = before && before->read_unix_ns ? before->usage.cpu_ns : 0;
    shown->average_cpu = percent((double)cpu, (double)(now->read_unix_ns - ctr->started_unix_ns));
    shown->cpu = percent((double)(cpu - cpu_before), (double)(now->read_unix_ns - since));
    shown->cpu_ns = shown->up_time = shown->duration = cpu;
    shown->cpu_system_ns = usage->cpu_system_ns < 0 ? 0 : usage->cpu_system_ns;
    shown->per_cpu.items = now->per_cpu_ns;
    shown->per_cpu.count = now->cpu_count;
    shown->read = now->read_unix_ns;
    shown->memory = stats_memory_used(now);
    shown->memory_limit = stats_memory_limit(now);
    shown->memory_percent = percent((double)shown->memory, (double)shown->memory_limit);
    shown->read_bytes = usage->read_bytes < 0 ? 0 : usage->read_bytes;
    shown->written_bytes = usage->written_bytes < 0 ? 0 : usage->written_bytes;
    shown->pids = usage->pids < 0 ? 0 : usage->pids;
    shown->networks.items = usage->interface_count ? arena_array(arena, usage->interface_count, sizeof *shown->networks.items) : NULL;
    shown->networks.count = usage->interface_count;
    for (size_t i = 0; i < usage->interface_count; i++) {
        const struct container_interface *from = &usage->interfaces[i];
        shown->networks.items[i].key = arena_strdup(arena, from->name);
        shown->networks.items[i].value = (struct libpod_stats_network){
            from->received_bytes, from->received_dropped, from->received_errors, from->received_packets,
            from->sent_bytes,     from->sent_dropped,     from->sent_errors,     from->sent_packets,
        };
    }
}

/* Those asked for, by name: each has to be there when the stream begins, and counts as long as it is. */
static int find_named(struct call *call, const struct str_list *names, bool first, struct container_list *list, struct error **err)
{
    list->items = mem_zalloc((names->count + 1) * sizeof *list->items);
    for (size_t i = 0; i < names->count; i++) {
        struct container *ctr = container_find(call->engine, names->items[i], err);
        if (ctr)
            list->items[list->count++] = ctr;
        else if (first || (*err)->kind != ERROR_NOT_FOUND)
            return -1;
        else
            error_clear(err);
    }
    return 0;
}

struct last { /* of each container, by id */
    char id[65];
    struct container_stats stats;
};
struct round {
    struct arena *arena;
    struct last *items;
    size_t count;
};

static const struct container_stats *last_of(const struct round *round, const char *id)
{
    for (size_t i = 0; i < round->count; i++)
        if (!strcmp(round->items[i].id, id))
            return &round->items[i].stats;
    return NULL;
}

static int send_round(struct call *call, const struct several_params *p, const struct round *before, struct round *now, struct error **err)
{
    static const struct container_filters every;
    autocontainers list = { 0 };
    bool first = !call->begun;
    int rc = p->containers.count ? find_named(call, &p->containers, first, &list, err)
                                 : container_list(call->engine, &every, p->all, 0, &list, err);
    if (rc < 0)
        return -1;
    struct libpod_stats_report report = { 0 };
    report.stats.items = arena_array(now->arena, list.count, sizeof *report.stats.items);
    now->items = arena_array(now->arena, list.count, sizeof *now->items);
    for (size_t i = 0; i < list.count; i++) {
        struct last *last = &now->items[now->count++];
        memcpy(last->id, list.items[i]->id, sizeof last->id);
        container_stats(now->arena, list.items[i], &last->stats);
        show(now->arena, list.items[i], &last->stats, last_of(before, last->id), &report.stats.items[report.stats.count++]);
    }
    return reply_next(call, libpod_stats_report_schema(), &report, err);
}

static int get_several(struct call *call, struct error **err)
{
    const struct several_params *p = call->params;
    if (p->interval < 1 || p->interval > MAX_INTERVAL_S)
        return error_set(err, ERROR_INVALID, 0, "interval: %lld is not valid: expected 1 to %d seconds", (long long)p->interval,
                         MAX_INTERVAL_S);
    autoarena *first = arena_new(), *second = arena_new();
    struct round rounds[2] = { { .arena = first }, { .arena = second } };
    for (unsigned i = 0;; i++) {
        struct round *now = &rounds[i % 2];
        arena_reset(now->arena);
        now->count = 0;
        if (send_round(call, p, &rounds[(i + 1) % 2], now, err) < 0)
            return -1;
        if (!p->stream || !call->sink.wait(call->sink.context, -1, (int)p->interval * 1000))
            return 0;
    }
}

const struct route libpod_containers_stats[] = {
    {
        ROUTE(GET, "/libpod/containers/stats"),
        .id = "ContainersStatsAllLibpod",
        .tag = "containers",
        .summary = "What several containers use, once or as a stream",
        .params = several_params_table,
        .rights = "containers:read",
        .handler = get_several,
        .responses = {
            { 200, libpod_stats_report_schema, "One document per sample", STREAM, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    {
        ROUTE(GET, "/libpod/containers/{name}/stats"),
        .id = "ContainerStatsLibpod",
        .tag = "containers",
        .summary = "What a container uses, once or as a stream, in Docker's shape",
        .params = one_params_table,
        .rights = "containers:read",
        .handler = get_one,
        .responses = {
            { 200, docker_stats_schema, "One document per sample", STREAM, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
