/* GET /libpod/containers/{name}/healthcheck */
#include "api/call.h"
#include "api/libpod/containers/health.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/container/health/health.h"

#define HEALTHCHECK_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the container")
PARAMS(healthcheck_params, HEALTHCHECK_PARAMS)

/* The status is this run's: podman's client makes its exit code of it. */
static const char *status_of(bool passed, const struct container_health_report *report)
{
    if (passed)
        return "healthy";
    return report->status == CONTAINER_HEALTH_STARTING && !report->failing_streak ? "starting" : "unhealthy";
}

static int get_healthcheck(struct call *call, struct error **err)
{
    const struct healthcheck_params *p = call->params;
    struct container_health_report report;
    struct libpod_health shown;
    bool passed;
    if (container_health_run(call->engine, call->arena, p->name, &passed, &report, err) < 0)
        return -1;
    libpod_show_health_log(call->arena, &report, &shown);
    shown.status = status_of(passed, &report);
    return reply(call, 200, libpod_health_schema(), &shown, err);
}

const struct route libpod_containers_healthcheck[] = {
    {
        ROUTE(GET, "/libpod/containers/{name}/healthcheck"),
        .id = "ContainerHealthcheckLibpod",
        .tag = "containers",
        .summary = "Run a container's health check now",
        .params = healthcheck_params_table,
        .rights = "containers:write",
        .handler = get_healthcheck,
        .responses = {
            { 200, libpod_health_schema, "What it says now", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
