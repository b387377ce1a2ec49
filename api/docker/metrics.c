/* GET /metrics */
#include "api/dispatch.h"
#include "api/docker/system_tables.h"
#include "api/metrics/metrics.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MEDIA "text/plain; version=0.0.4; charset=utf-8"
#define MAX_BYTES (64u << 20)

static int get_metrics(struct call *call, struct error **err)
{
    autobuf out = BUF(MAX_BYTES);
    if (!call->api->tally)
        return error_set(err, ERROR_NOT_FOUND, 0, "metrics are off: coracled --metrics turns them on");
    metrics_of_server(&out, call->api);
    if (metrics_of_engine(&out, call->api, call->arena, err) < 0 || metrics_of_containers(&out, call->api, call->arena, err) < 0)
        return -1;
    if (out.full)
        return error_set(err, ERROR_INTERNAL, 0, "metrics: more than %u bytes", MAX_BYTES);
    return reply_text(call, 200, MEDIA, buf_text(&out), err);
}

const struct route docker_metrics[] = {
    {
        ROUTE(GET, "/metrics"),
        .id = "SystemMetrics",
        .tag = "system",
        .summary = "Counters of this engine and its containers in Prometheus' text format",
        .rights = "metrics:read",
        .handler = get_metrics,
        .responses = {
            { 200, NULL, "The metrics", RAW, "text/plain" },
            { 404, NULL, "They are not turned on", REPLY_OBJECT, NULL }, INTERNAL_ERROR,
        },
    },
    { 0 },
};
