/* GET /containers/{id}/export */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/container/container.h"

#define EXPORT_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the container")
PARAMS(export_params, EXPORT_PARAMS)

static int get_export(struct call *call, struct error **err)
{
    const struct export_params *p = call->params;
    return container_export(call->engine, p->id, call_rules(call), &call->sink, err);
}

const struct route docker_containers_export[] = {
    {
        ROUTE(GET, "/containers/{id}/export"),
        .id = "ContainerExport",
        .tag = "containers",
        .summary = "The root of a container as a tar, without its volumes",
        .params = export_params_table,
        .rights = "containers:copy",
        .handler = get_export,
        .responses = { { 200, NULL, "The archive", RAW, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
