#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "api/dispatch.h"
#include "api/metrics/metrics.h"
#include "api/metrics/text.h"
#include "api/tally.h"
#include "core/base/activity.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/path.h"
#include "core/base/version.h"
#include "core/engine.h"

static const char *name_of(const struct tally_row *row, char *text, size_t size)
{
    if (!row->interface)
        return *row->route ? row->route : "none";
    snprintf(text, size, "%s.%s", row->interface, row->route);
    return text;
}

static void put_requests(struct buf *out, const struct tally *tally, const struct activity *activity)
{
    struct tally_row row;
    char name[128], status[16];
    metrics_begin(out, "coracle_requests_total", "counter", "Calls that were answered, by id of the route or method, and status");
    for (size_t cursor = 0; tally_next(tally, &cursor, &row);)
        for (size_t i = 0; i < TALLY_STATUSES; i++) {
            if (!row.by_status[i])
                continue;
            snprintf(status, sizeof status, "%d", tally_statuses[i]);
            metrics_count(out, "coracle_requests_total", row.by_status[i], "route", name_of(&row, name, sizeof name), "status",
                          tally_statuses[i] ? status : "other", NULL);
        }
    metrics_begin(out, "coracle_requests_running", "gauge", "Calls that are being answered, streams and this one included");
    metrics_count(out, "coracle_requests_running", activity_count(activity), NULL);
}

static void put_durations(struct buf *out, const struct tally *tally)
{
    struct tally_row row;
    char name[128], bound[32];
    metrics_begin(out, "coracle_request_duration_seconds", "histogram", "From a call's head to its last byte, streams included");
    for (size_t cursor = 0; tally_next(tally, &cursor, &row);) {
        const char *route = name_of(&row, name, sizeof name);
        uint64_t sum = 0;
        for (size_t i = 0; i <= TALLY_BUCKETS; i++) {
            sum += row.by_bucket[i];
            snprintf(bound, sizeof bound, i < TALLY_BUCKETS ? "%g" : "+Inf", i < TALLY_BUCKETS ? tally_buckets[i] : 0);
            metrics_count(out, "coracle_request_duration_seconds_bucket", sum, "route", route, "le", bound, NULL);
        }
        metrics_sample(out, "coracle_request_duration_seconds_sum", (double)row.total_ns / CLOCK_SECOND, "route", route, NULL);
        metrics_count(out, "coracle_request_duration_seconds_count", sum, "route", route, NULL);
    }
}

static void put_gauge(struct buf *out, const char *name, double value, const char *help)
{
    metrics_begin(out, name, "gauge", help);
    metrics_sample(out, name, value, NULL);
}

static void put_process(struct buf *out, const struct engine *engine)
{
    unsigned long size = 0, resident = 0;
    struct rlimit files = { 0 };
    struct timespec cpu = { 0 };
    FILE *statm = fopen("/proc/self/statm", "re");
    if (statm && fscanf(statm, "%lu %lu", &size, &resident) != 2)
        size = resident = 0;
    if (statm)
        fclose(statm);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    getrlimit(RLIMIT_NOFILE, &files);
    const double page = (double)sysconf(_SC_PAGESIZE);
    metrics_begin(out, "process_cpu_seconds_total", "counter", "Processor time of the server");
    metrics_sample(out, "process_cpu_seconds_total", (double)cpu.tv_sec + (double)cpu.tv_nsec / CLOCK_SECOND, NULL);
    put_gauge(out, "process_resident_memory_bytes", (double)resident * page, "Memory of the server that is in place");
    put_gauge(out, "process_virtual_memory_bytes", (double)size * page, "Address space of the server");
    put_gauge(out, "process_open_fds", (double)path_count("/proc/self/fd"), "Descriptors that are open");
    put_gauge(out, "process_max_fds", (double)files.rlim_cur, "Descriptors that may be");
    put_gauge(out, "process_start_time_seconds", (double)engine->started_unix_ns / CLOCK_SECOND, "When the server started, Unix time");
    put_gauge(out, "coracle_threads", (double)path_count("/proc/self/task"), "Threads, of which a connection has one");
}

void metrics_of_server(struct buf *out, const struct api *api)
{
    metrics_begin(out, "coracle_build_info", "gauge", "1, with the version");
    metrics_sample(out, "coracle_build_info", 1, "version", CORACLE_VERSION, NULL);
    put_process(out, api->engine);
    put_requests(out, api->tally, api->engine->activity);
    put_durations(out, api->tally);
}
