/* GET /libpod/volumes/json and /libpod/volumes/{name}/json */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/libpod/volumes/show.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/volume/volume.h"

#define LIST_FILTERS "name|driver|scope|label|label!|opt|dangling|anonymous|until|after|since"

#define LIST_PARAMS(P) \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: name, driver, scope, label, label!, opt, dangling, anonymous, until, after, since")
PARAMS(list_params, LIST_PARAMS)

static int get_list(struct call *call, struct error **err)
{
    const struct list_params *p = call->params;
    struct volume_filters filters = { 0 };
    struct volume_list list;
    if (libpod_volume_filters(call->arena, &p->filters, LIST_FILTERS, &filters, err) < 0 ||
        volume_list(call->engine, call->arena, &filters, &list, err) < 0)
        return -1;
    struct libpod_volume *shown = arena_array(call->arena, list.count, sizeof *shown);
    for (size_t i = 0; i < list.count; i++)
        libpod_show_volume(&list.items[i], &shown[i]);
    return reply_list(call, 200, libpod_volume_schema(), shown, list.count, err);
}

#define INSPECT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the volume")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    struct volume volume;
    struct libpod_volume shown;
    struct str_map details = { 0 };
    if (volume_find(call->engine, call->arena, p->name, &volume, err) < 0 ||
        volume_ask(call->engine, call->arena, &volume, &details, err) < 0)
        return -1;
    libpod_show_volume(&volume, &shown);
    shown.volume_status = details;
    return reply(call, 200, libpod_volume_schema(), &shown, err);
}

const struct route libpod_volumes_json[] = {
    {
        ROUTE(GET, "/libpod/volumes/json"),
        .id = "VolumeListLibpod",
        .tag = "volumes",
        .summary = "List volumes",
        .params = list_params_table,
        .rights = "volumes:read",
        .handler = get_list,
        .responses = { { 200, libpod_volume_schema, "The volumes", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    {
        ROUTE(GET, "/libpod/volumes/{name}/json"),
        .id = "VolumeInspectLibpod",
        .tag = "volumes",
        .summary = "Everything about a volume",
        .params = inspect_params_table,
        .rights = "volumes:read",
        .handler = get_inspect,
        .responses = { { 200, libpod_volume_schema, "The volume", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_VOLUME, INTERNAL_ERROR },
    },
    { 0 },
};
