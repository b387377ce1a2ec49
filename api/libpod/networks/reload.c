/* POST /libpod/networks/reload: podman has it as a command of its own alone */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define RELOAD_PARAMS(P) P(QUERY, LIST, containers, "containers", NULL, "Names or ids; none: all that run")
PARAMS(reload_params, RELOAD_PARAMS)

static void reload(struct call *call, const char *key, struct libpod_reloaded *ret_report)
{
    autoerror *err = NULL;
    ret_report->id = key;
    if (container_reload_network(call->engine, key, &err) < 0)
        ret_report->error = arena_strdup(call->arena, err->message);
}

static int list_all(struct call *call, struct str_list *ret_ids, struct error **err)
{
    const struct container_filters none = { 0 };
    autocontainers list = { 0 };
    if (container_list(call->engine, &none, false, 0, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        str_list_add(call->arena, ret_ids, arena_strdup(call->arena, list.items[i]->id));
    return 0;
}

static int post_reload(struct call *call, struct error **err)
{
    const struct reload_params *p = call->params;
    struct str_list ids = { 0 };
    for (size_t i = 0; i < p->containers.count; i++) {
        autocontainer *ctr = container_find(call->engine, p->containers.items[i], err);
        if (!ctr)
            return -1;
        str_list_add(call->arena, &ids, arena_strdup(call->arena, ctr->id));
    }
    if (!p->containers.count && list_all(call, &ids, err) < 0)
        return -1;
    struct libpod_reloaded *reports = arena_array(call->arena, ids.count, sizeof *reports);
    for (size_t i = 0; i < ids.count; i++)
        reload(call, ids.items[i], &reports[i]);
    return reply_list(call, 200, libpod_reloaded_schema(), reports, ids.count, err);
}

const struct route libpod_networks_reload[] = {
    {
        ROUTE(POST, "/libpod/networks/reload"),
        .id = "NetworkReloadLibpod",
        .tag = "networks",
        .summary = "Make firewall rules and name service of containers again",
        .params = reload_params_table,
        .rights = "networks:write",
        .handler = post_reload,
        .responses = {
            { 200, libpod_reloaded_schema, "One report for each container", LIST_REPLY, NULL },
            NO_SUCH_CONTAINER, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
