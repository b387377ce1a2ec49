/* POST /images/prune */
#include <string.h>

#include "api/call.h"
#include "api/docker/images/names.h"
#include "api/docker/images_tables.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define PRUNE_PARAMS(P)                                                                                  \
    P(QUERY, FILTERS, filters, "filters", NULL,                                                          \
      "Which ones: dangling (true, the default: without a name; false: all that no container uses), until, label, label!")
PARAMS(image_prune_params, PRUNE_PARAMS)

static int take_filters(struct call *call, const struct filters *asked, struct image_filters *filters, struct error **err)
{
    if (filters_check(asked, "dangling|until|label|label!", err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (image_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    return 0;
}

static void show(struct call *call, const struct image_pruned *pruned, struct docker_images_pruned *shown)
{
    struct str_list untagged = docker_familiar(call, &pruned->removal.untagged);
    size_t more = untagged.count + pruned->removal.deleted.count;
    for (size_t i = 0; i < more; i++)
        shown->items.items = call_grow(call, shown->items.items, shown->items.count + i, sizeof *shown->items.items);
    for (size_t i = 0; i < untagged.count; i++)
        shown->items.items[shown->items.count++] = (struct docker_image_removed){ .untagged = untagged.items[i] };
    for (size_t i = 0; i < pruned->removal.deleted.count; i++)
        shown->items.items[shown->items.count++] =
            (struct docker_image_removed){ .deleted = docker_image_id(call, pruned->removal.deleted.items[i]) };
}

static int post_prune(struct call *call, struct error **err)
{
    const struct image_prune_params *p = call->params;
    struct image_filters filters = { 0 };
    struct docker_images_pruned shown = { 0 };
    struct image_pruned *pruned;
    size_t count;
    if (take_filters(call, &p->filters, &filters, err) < 0)
        return -1;
    bool all = str_eq(filters.dangling, "false");
    filters.dangling = NULL;
    if (image_prune(call->engine, call->arena, &filters, all, true, &pruned, &count, &shown.bytes, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        show(call, &pruned[i], &shown);
    return reply(call, 200, docker_images_pruned_schema(), &shown, err);
}

const struct route docker_images_prune[] = {
    {
        ROUTE(POST, "/images/prune"),
        .id = "ImagePrune",
        .tag = "images",
        .summary = "Remove images that no container uses",
        .params = image_prune_params_table,
        .rights = "images:write",
        .handler = post_prune,
        .responses = {
            { 200, docker_images_pruned_schema, "What was removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
