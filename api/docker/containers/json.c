/* GET /containers/json and GET /containers/{id}/json */
#include <string.h>

#include "api/call.h"
#include "api/docker/containers/inspect.h"
#include "api/docker/containers/inspect_parts.h"
#include "api/docker/containers_tables.h"
#include "api/filters.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/image/image.h"

#define LIST_PARAMS(P)                                                                                        \
    P(QUERY, BOOL, all, "all", "false", "Also those that do not run")                                         \
    P(QUERY, I64, limit, "limit", "0", "At most so many, the newest, running or not; 0 or less: all")         \
    P(QUERY, BOOL, size, "size", "false", "Compute sizes")                                                    \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(list_params, LIST_PARAMS)

struct listing {
    struct call *call;
    struct str_map names; /* "name id" of an image -> what is shown: most containers come from a few images */
};

/* A name that means another image by now, or none, would mislead: then it is the id. */
static const char *name_of_image(struct listing *listing, const char *name, const char *id)
{
    struct arena *arena = listing->call->arena;
    if (str_empty(id)) /* its root is a directory */
        return "";
    const char *key = arena_printf(arena, "%s %s", name, id), *shown = str_map_get(&listing->names, key);
    if (shown)
        return shown;
    autoerror *gone = NULL;
    const struct image *image = image_find(listing->call->engine, arena, name, true, &gone);
    shown = image && !strcmp(image->id, id) ? name : arena_printf(arena, "sha256:%s", id);
    str_map_set(arena, &listing->names, key, shown);
    return shown;
}

static int take_filters(struct call *call, const struct filters *asked, struct container_filters *filters, bool *all,
                        struct error **err)
{
    for (struct filter_term term = { 0 }; filters_next(asked, &term);) {
        *all |= !strcmp(term.key, "status");
        if (container_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    }
    if (str_list_has(&filters->status, "created")) /* shown as such, too */
        return container_filter_add(call->arena, filters, "status", "initialized", err);
    return 0;
}

static int get_list(struct call *call, struct error **err)
{
    const struct list_params *p = call->params;
    struct container_filters filters = { 0 };
    bool all = p->all || p->limit > 0;
    if (take_filters(call, &p->filters, &filters, &all, err) < 0)
        return -1;
    autocontainers list = { 0 };
    if (container_list(call->engine, &filters, all, p->limit > 0 ? p->limit : 0, &list, err) < 0)
        return -1;
    struct docker_list_container *shown = arena_array(call->arena, list.count, sizeof *shown);
    struct listing listing = { .call = call };
    int64_t now = clock_now();
    for (size_t i = 0; i < list.count; i++) {
        docker_summarize_container(call->arena, list.items[i], now, &shown[i]);
        shown[i].image = name_of_image(&listing, shown[i].image, list.items[i]->image_id);
        if (p->size && docker_container_sizes(call->engine, call->arena, list.items[i], &shown[i].size_rw,
                                              &shown[i].size_rootfs, err) < 0)
            return -1;
    }
    return reply_list(call, 200, docker_list_container_schema(), shown, list.count, err);
}

#define INSPECT_PARAMS(P)                                       \
    P(PATH, STR, id, "id", NULL, "Name or id of the container") \
    P(QUERY, BOOL, size, "size", "false", "Compute sizes")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    autocontainer *ctr = container_find(call->engine, p->id, err);
    struct docker_inspect shown;
    if (!ctr || docker_inspect_container(call->engine, call->arena, ctr, p->size, &shown, err) < 0)
        return -1;
    for (size_t i = 0; call->level < 44 && i < shown.network_settings.networks.count; i++)
        inspect_old_aliases(&shown.network_settings.networks.items[i].value);
    return reply(call, 200, docker_inspect_schema(), &shown, err);
}

const struct route docker_containers_json[] = {
    {
        ROUTE(GET, "/containers/json"),
        .id = "ContainerList",
        .tag = "containers",
        .summary = "List containers, newest first",
        .params = list_params_table,
        .rights = "containers:read",
        .handler = get_list,
        .responses = {
            { 200, docker_list_container_schema, "The containers", LIST_REPLY, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    {
        ROUTE(GET, "/containers/{id}/json"),
        .id = "ContainerInspect",
        .tag = "containers",
        .summary = "Everything about a container",
        .params = inspect_params_table,
        .rights = "containers:read",
        .handler = get_inspect,
        .responses = {
            { 200, docker_inspect_schema, "The container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
