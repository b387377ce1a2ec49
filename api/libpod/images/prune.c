/* POST /libpod/images/prune */
#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define PRUNE_PARAMS(P)                                                                              \
    P(QUERY, BOOL, all, "all", "false", "Also images with a name")                                   \
    P(QUERY, BOOL, external, "external", "false", "Also those that containers of other programs use: not supported") \
    P(QUERY, BOOL, buildcache, "buildcache", "false", "Also caches that builds mount: not supported") \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones, as in the list")
PARAMS(image_prune_params, PRUNE_PARAMS)

static int check(const struct image_prune_params *p, struct error **err)
{
    if (p->external)
        return error_set(err, ERROR_INVALID, 0, "external: \"true\" is not supported: containers of other programs in this store are "
                                                "theirs to remove");
    if (p->buildcache)
        return error_set(err, ERROR_INVALID, 0, "buildcache: \"true\" is not supported: expected false");
    return 0;
}

static int post_prune(struct call *call, struct error **err)
{
    const struct image_prune_params *p = call->params;
    struct image_filters filters = { 0 };
    struct image_pruned *pruned;
    size_t count;
    int64_t bytes;
    if (check(p, err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(&p->filters, &term);)
        if (image_filter_add(call->arena, &filters, term.key, term.value, err) < 0)
            return -1;
    bool all = p->all || str_eq(filters.dangling, "false");
    filters.dangling = NULL;
    if (image_prune(call->engine, call->arena, &filters, all, false, &pruned, &count, &bytes, err) < 0)
        return -1;
    struct libpod_prune_report *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (struct libpod_prune_report){ .id = pruned[i].id, .size = pruned[i].size };
    return reply_list(call, 200, libpod_prune_report_schema(), shown, count, err);
}

const struct route libpod_images_prune[] = {
    {
        ROUTE(POST, "/libpod/images/prune"),
        .id = "ImagePruneLibpod",
        .tag = "images",
        .summary = "Remove images that no container uses",
        .params = image_prune_params_table,
        .rights = "images:write",
        .handler = post_prune,
        .responses = {
            { 200, libpod_prune_report_schema, "What was removed", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
