/* POST /libpod/system/prune */
#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/system/prune.h"

#define PRUNE_PARAMS(P)                                                                            \
    P(QUERY, BOOL, all, "all", "false", "Also images with a name")                                 \
    P(QUERY, BOOL, volumes, "volumes", "false", "Also volumes")                                    \
    P(QUERY, BOOL, build, "build", "false", "Also working containers of builds, those that are at work too") \
    P(QUERY, BOOL, external, "external", "false", "Also containers of other programs: not supported") \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: label, label!, until")
PARAMS(system_prune_params, PRUNE_PARAMS)

static int read_options(const struct system_prune_params *p, struct system_prune_options *options, struct error **err)
{
    *options = (struct system_prune_options){ .all = p->all, .volumes = p->volumes, .build = p->build };
    if (p->external)
        return error_set(err, ERROR_INVALID, 0, "external: \"true\" is not supported: containers of other programs in this store are "
                                                "theirs to remove");
    if (filters_check(&p->filters, "label|label!|until", err) < 0)
        return -1;
    for (size_t i = 0; i < p->filters.count; i++) {
        const struct filter *filter = &p->filters.items[i];
        *(str_eq(filter->key, "until") ? &options->until : str_eq(filter->key, "label") ? &options->label : &options->label_not) =
            filter->values;
    }
    return 0;
}

static struct libpod_prune_report *show(struct call *call, const struct system_pruned_items *items)
{
    struct libpod_prune_report *shown = arena_array(call->arena, items->ids.count + 1, sizeof *shown);
    for (size_t i = 0; i < items->ids.count; i++)
        shown[i] = (struct libpod_prune_report){ .id = items->ids.items[i], .size = items->sizes[i] };
    return shown;
}

static int post_prune(struct call *call, struct error **err)
{
    struct system_prune_options options;
    struct system_pruned pruned;
    if (read_options(call->params, &options, err) < 0 || system_prune(call->engine, call->arena, &options, &pruned, err) < 0)
        return -1;
    struct libpod_system_pruned shown = {
        .containers = { show(call, &pruned.containers), pruned.containers.ids.count },
        .images = { show(call, &pruned.images), pruned.images.ids.count },
        .volumes = { show(call, &pruned.volumes), pruned.volumes.ids.count },
        .bytes = pruned.bytes,
    };
    shown.networks.items = arena_array(call->arena, pruned.networks.ids.count + 1, sizeof *shown.networks.items);
    for (size_t i = 0; i < pruned.networks.ids.count; i++)
        shown.networks.items[shown.networks.count++].name = pruned.networks.ids.items[i];
    return reply(call, 200, libpod_system_pruned_schema(), &shown, err);
}

const struct route libpod_system_prune[] = {
    {
        ROUTE(POST, "/libpod/system/prune"),
        .id = "SystemPruneLibpod",
        .tag = "system",
        .summary = "Remove whatever nobody uses",
        .params = system_prune_params_table,
        .rights = "system:write",
        .handler = post_prune,
        .responses = {
            { 200, libpod_system_pruned_schema, "What was removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
