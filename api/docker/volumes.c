/* GET /volumes */
#include "api/call.h"
#include "api/docker/volumes/show.h"
#include "api/docker/volumes_tables.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/volume/volume.h"

#define LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: dangling, driver, label, name")
PARAMS(list_params, LIST_PARAMS)

static int get_volumes(struct call *call, struct error **err)
{
    const struct list_params *p = call->params;
    struct volume_filters filters = { 0 };
    struct volume_list list;
    struct docker_volume_list shown = { 0 };
    if (filters_check(&p->filters, "dangling|driver|label|name", err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(&p->filters, &term);)
        if (volume_filter_add(call->arena, &filters, term.key, term.value, err) < 0)
            return -1;
    if (volume_list(call->engine, call->arena, &filters, &list, err) < 0)
        return -1;
    shown.volumes.items = arena_array(call->arena, list.count, sizeof *shown.volumes.items);
    while (shown.volumes.count < list.count) {
        docker_show_volume(&list.items[shown.volumes.count], &shown.volumes.items[shown.volumes.count]);
        shown.volumes.count++;
    }
    return reply(call, 200, docker_volume_list_schema(), &shown, err);
}

const struct route docker_volumes[] = {
    {
        ROUTE(GET, "/volumes"),
        .id = "VolumeList",
        .tag = "volumes",
        .summary = "List volumes",
        .params = list_params_table,
        .rights = "volumes:read",
        .handler = get_volumes,
        .responses = { { 200, docker_volume_list_schema, "The volumes", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
