/* POST /volumes/prune */
#include <string.h>

#include "api/call.h"
#include "api/docker/volumes_tables.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/volume/volume.h"

#define ALL_SINCE 42 /* from that level on only anonymous ones go unless all=true; before, all went always */

#define PRUNE_PARAMS(P)                                                                                          \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: label, label!; from v1.42 on all, without which only " \
                                                "anonymous ones go")
PARAMS(prune_params, PRUNE_PARAMS)

/* "all" is a filter only by its place: it widens. */
static int take_all(const struct filter *filter, bool *ret_all, struct error **err)
{
    bool yes = true;
    for (size_t i = 0; i < filter->values.count; i++) {
        const char *value = filter->values.items[i];
        yes = !strcmp(value, "true") || !strcmp(value, "1");
        if (!yes && strcmp(value, "false") && strcmp(value, "0"))
            return error_set(err, ERROR_INVALID, 0, "filters: invalid filter 'all=[%.80s]': expected true or false", value);
    }
    *ret_all = yes;
    return 0;
}

static int take_filters(struct call *call, const struct filters *asked, struct volume_filters *filters, struct error **err)
{
    bool all = call->level < ALL_SINCE;
    if (filters_check(asked, "label|label!|all", err) < 0)
        return -1;
    for (size_t i = 0; i < asked->count; i++) {
        const struct filter *filter = &asked->items[i];
        bool is_all = !strcmp(filter->key, "all");
        if (is_all && take_all(filter, &all, err) < 0)
            return -1;
        for (size_t j = 0; !is_all && j < filter->values.count; j++)
            if (volume_filter_add(call->arena, filters, filter->key, filter->values.items[j], err) < 0)
                return -1;
    }
    if (!all && call->level < ALL_SINCE)
        return error_set(err, ERROR_INVALID, 0, "filters: invalid filter 'all=[false]': expected true up to v1.%d", ALL_SINCE - 1);
    if (volume_filter_add(call->arena, filters, "driver", "local", err) < 0) /* Docker leaves those of plugins alone */
        return -1;
    return all ? 0 : volume_filter_add(call->arena, filters, "anonymous", "true", err);
}

static int post_prune(struct call *call, struct error **err)
{
    const struct prune_params *p = call->params;
    struct volume_filters filters = { 0 };
    struct docker_volumes_pruned shown = { 0 };
    struct volume_pruned *pruned;
    size_t count;
    if (take_filters(call, &p->filters, &filters, err) < 0 ||
        volume_prune(call->engine, call->arena, &filters, &pruned, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (pruned[i].error)
            return error_set(err, ERROR_INTERNAL, 0, "%s", pruned[i].error);
        str_list_add(call->arena, &shown.names, pruned[i].name);
        shown.bytes += pruned[i].bytes;
    }
    return reply(call, 200, docker_volumes_pruned_schema(), &shown, err);
}

const struct route docker_volumes_prune[] = {
    {
        ROUTE(POST, "/volumes/prune"),
        .id = "VolumePrune",
        .tag = "volumes",
        .summary = "Remove volumes that no container uses",
        .params = prune_params_table,
        .rights = "volumes:write",
        .handler = post_prune,
        .responses = { { 200, docker_volumes_pruned_schema, "What was removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
