/* POST /libpod/volumes/prune */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/libpod/volumes/show.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/volume/volume.h"

#define PRUNE_PARAMS(P) \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: label, label!, until, after, since, anonymous")
PARAMS(prune_params, PRUNE_PARAMS)

static int post_prune(struct call *call, struct error **err)
{
    const struct prune_params *p = call->params;
    struct volume_filters filters = { 0 };
    struct volume_pruned *pruned;
    size_t count;
    if (libpod_volume_filters(call->arena, &p->filters, "label|label!|until|after|since|anonymous", &filters, err) < 0 ||
        volume_prune(call->engine, call->arena, &filters, &pruned, &count, err) < 0)
        return -1;
    struct libpod_volume_pruned *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (struct libpod_volume_pruned){ .id = pruned[i].name, .error = pruned[i].error, .size = pruned[i].bytes };
    return reply_list(call, 200, libpod_volume_pruned_schema(), shown, count, err);
}

const struct route libpod_volumes_prune[] = {
    {
        ROUTE(POST, "/libpod/volumes/prune"),
        .id = "VolumePruneLibpod",
        .tag = "volumes",
        .summary = "Remove volumes that no container uses",
        .params = prune_params_table,
        .rights = "volumes:write",
        .handler = post_prune,
        .responses = { { 200, libpod_volume_pruned_schema, "What was removed", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
