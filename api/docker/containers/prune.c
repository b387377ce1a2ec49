/* POST /containers/prune */
#include "api/docker/containers/prune.h"

#include <string.h>

#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define PRUNE_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: until, label, label!")
PARAMS(prune_params, PRUNE_PARAMS)

int containers_prune_filters(struct call *call, const struct filters *asked, struct container_filters *filters, struct error **err)
{
    if (filters_check(asked, "until|label|label!", err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (container_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    return 0;
}

static int post_prune(struct call *call, struct error **err)
{
    const struct prune_params *p = call->params;
    struct container_filters filters = { 0 };
    struct docker_containers_pruned pruned = { 0 };
    if (containers_prune_filters(call, &p->filters, &filters, err) < 0 ||
        container_prune(call->engine, call->arena, &filters, &pruned.ids, NULL, &pruned.bytes, err) < 0)
        return -1;
    return reply(call, 200, docker_containers_pruned_schema(), &pruned, err);
}

const struct route docker_containers_prune[] = {
    {
        ROUTE(POST, "/containers/prune"),
        .id = "ContainerPrune",
        .tag = "containers",
        .summary = "Remove containers that do not run",
        .params = prune_params_table,
        .rights = "containers:write",
        .handler = post_prune,
        .responses = {
            { 200, docker_containers_pruned_schema, "What was removed", REPLY_OBJECT, NULL },
            BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
