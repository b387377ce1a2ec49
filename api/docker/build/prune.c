/* POST /build/prune */
#include <string.h>

#include "api/call.h"
#include "api/docker/build_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/event/event.h"

#define PRUNE_PARAMS(P)                                                                                      \
    P(QUERY, BOOL, all, "all", "false", "Every kind of it")                                                  \
    P(QUERY, I64, keep_storage, "keep-storage", "0", "Up to v1.47: bytes to keep")                           \
    P(QUERY, I64, reserved_space, "reserved-space", "0", "Bytes to keep")                                    \
    P(QUERY, I64, max_used_space, "max-used-space", "0", "Bytes it may have")                                \
    P(QUERY, I64, min_free_space, "min-free-space", "0", "Bytes that should be free afterwards")             \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which parts: until, id, parent, type, description, inuse, shared, private")
PARAMS(build_prune_params, PRUNE_PARAMS)

static int check_filters(const struct filters *filters, struct error **err)
{
    static const char *const known[] = { "until", "unused-for", "id", "parent", "type", "description", "inuse", "shared", "private" };
    for (size_t i = 0; i < filters->count; i++) {
        const struct filter *filter = &filters->items[i];
        size_t at = 0;
        while (at < sizeof known / sizeof *known && strcmp(known[at], filter->key))
            at++;
        if (at == sizeof known / sizeof *known)
            return error_set(err, ERROR_INVALID, 0,
                             "filters: invalid filter '%.80s': expected until, id, parent, type, description, inuse, shared or private",
                             filter->key);
        int64_t when;
        for (size_t j = 0; at < 2 && j < filter->values.count; j++)
            if (clock_parse_when(filter->values.items[j], clock_now(), filter->key, &when, err) < 0)
                return -1;
    }
    return 0;
}

/* Builds go on from layers of images, which are pruned as images: there is no cache beside them. */
static int post_prune(struct call *call, struct error **err)
{
    const struct build_prune_params *p = call->params;
    const struct docker_build_pruned pruned = { 0 };
    if (check_filters(&p->filters, err) < 0 || event_add_pruned(call->engine, "builder", 0, err) < 0)
        return -1;
    return reply(call, 200, docker_build_pruned_schema(), &pruned, err);
}

const struct route docker_build_prune[] = {
    {
        ROUTE(POST, "/build/prune"),
        .id = "BuildPrune",
        .tag = "images",
        .summary = "Remove what builds have cached beside images: there is nothing",
        .params = build_prune_params_table,
        .rights = "images:write",
        .handler = post_prune,
        .responses = { { 200, docker_build_pruned_schema, "Nothing", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
