/* POST /libpod/containers/prune */
#include "api/docker/containers/prune.h"

#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/container/container.h"

#define PRUNE_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: until, label, label!")
PARAMS(prune_params, PRUNE_PARAMS)

static int post_prune(struct call *call, struct error **err)
{
    const struct prune_params *p = call->params;
    struct container_filters filters = { 0 };
    struct str_list ids = { 0 };
    int64_t *sizes, bytes;
    if (containers_prune_filters(call, &p->filters, &filters, err) < 0 ||
        container_prune(call->engine, call->arena, &filters, &ids, &sizes, &bytes, err) < 0)
        return -1;
    struct libpod_prune_report *shown = arena_array(call->arena, ids.count, sizeof *shown);
    for (size_t i = 0; i < ids.count; i++)
        shown[i] = (struct libpod_prune_report){ .id = ids.items[i], .size = sizes[i] };
    return reply_list(call, 200, libpod_prune_report_schema(), shown, ids.count, err);
}

const struct route libpod_containers_prune[] = {
    {
        ROUTE(POST, "/libpod/containers/prune"),
        .id = "ContainerPruneLibpod",
        .tag = "containers",
        .summary = "Remove containers that do not run",
        .params = prune_params_table,
        .rights = "containers:write",
        .handler = post_prune,
        .responses = {
            { 200, libpod_prune_report_schema, "What was removed", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
