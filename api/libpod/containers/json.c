/* GET /libpod/containers/json and GET /libpod/containers/{name}/json */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/containers/inspect.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/health/health.h"
#include "core/image/image.h"

#define NEVER_UNIX_SECONDS (-62135596800LL) /* the year 1, as Go prints a time that is not set */

#define LIST_PARAMS(P)                                                                             \
    P(QUERY, BOOL, all, "all", "false", "Also those that do not run")                              \
    P(QUERY, I64, limit, "limit", "0", "At most so many, the newest; 0 or less: all")              \
    P(QUERY, I64, last, "last", "0", "As limit")                                                   \
    P(QUERY, BOOL, namespaces, "namespace", "false", "Heard: identifiers of namespaces are not shown") \
    P(QUERY, BOOL, pod, "pod", "false", "Heard: there are no pods")                                \
    P(QUERY, BOOL, size, "size", "false", "Compute sizes")                                         \
    P(QUERY, BOOL, sync, "sync", "false", "Heard: what is shown is always so")                     \
    P(QUERY, BOOL, external, "external", "false", "Heard: containers of other tools are not shown") \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(list_params, LIST_PARAMS)

static int64_t unix_seconds(int64_t unix_ns)
{
    return unix_ns ? unix_ns / CLOCK_SECOND : NEVER_UNIX_SECONDS;
}

static struct str_list command_line(struct arena *arena, const struct container *ctr)
{
    struct str_list line = { 0 };
    for (size_t i = 0; i < ctr->entrypoint.count; i++)
        str_list_add(arena, &line, ctr->entrypoint.items[i]);
    for (size_t i = 0; i < ctr->command.count; i++)
        str_list_add(arena, &line, ctr->command.items[i]);
    return line;
}

static void list_ports(struct arena *arena, const struct container *ctr, struct libpod_list_container *shown)
{
    bool live = ctr->ports.count > 0;
    size_t count = live ? ctr->ports.count : ctr->spec->ports.count;
    const struct container_port *ports = live ? ctr->ports.items : ctr->spec->ports.items;
    shown->ports.items = arena_array(arena, count, sizeof *shown->ports.items);
    for (size_t i = 0; i < count; i++)
        shown->ports.items[shown->ports.count++] = (struct libpod_port){
            .host_ip = ports[i].host_ip,
            .container_port = ports[i].container_port,
            .host_port = ports[i].host_port,
            .range = ports[i].range > 0 ? ports[i].range : 1,
            .protocol = ports[i].protocol,
        };
}

static int list_size(struct call *call, const struct container *ctr, struct libpod_list_container *shown, struct error **err)
{
    struct libpod_list_size *size = arena_zalloc(call->arena, sizeof *size);
    if (container_rw_size(call->engine, ctr, &size->rw, err) < 0)
        return -1;
    autoerror *ignored = NULL;
    struct image *image = str_empty(ctr->image_id) ? NULL : image_find(call->engine, call->arena, ctr->image_id, false, &ignored);
    size->root_fs = size->rw + (image ? image->size : 0);
    shown->size = size;
    return 0;
}

static void list_one(struct call *call, const struct container *ctr, struct libpod_list_container *shown)
{
    struct arena *arena = call->arena;
    *shown = (struct libpod_list_container){
        .auto_remove = ctr->spec->auto_remove,
        .command = command_line(arena, ctr),
        .created = ctr->created_unix_ns,
        .exited = ctr->state == CONTAINER_EXITED,
        .exited_at = unix_seconds(ctr->finished_unix_ns),
        .exit_code = ctr->exit_code,
        .id = ctr->id,
        .image = ctr->image_name,
        .image_id = ctr->image_id,
        .labels = ctr->labels,
        .pid = ctr->pid,
        .restarts = ctr->restart_count,
        .started_at = unix_seconds(ctr->started_unix_ns),
        .state = container_state_text(ctr->state),
        .status = ctr->health ? container_health_text(ctr->health) : "",
    };
    str_list_add(arena, &shown->names, ctr->name);
    for (size_t i = 0; i < ctr->mounts.count; i++)
        str_list_add(arena, &shown->mounts, ctr->mounts.items[i].target);
    for (size_t i = 0; i < ctr->addresses.count; i++)
        str_list_add(arena, &shown->networks, ctr->addresses.items[i].network);
    list_ports(arena, ctr, shown);
}

static int get_list(struct call *call, struct error **err)
{
    const struct list_params *p = call->params;
    struct container_filters filters = { 0 };
    bool by_state = false;
    for (struct filter_term term = { 0 }; filters_next(&p->filters, &term);) {
        by_state |= !strcmp(term.key, "status") || !strcmp(term.key, "exited") || !strcmp(term.key, "id");
        if (container_filter_add(call->arena, &filters, term.key, term.value, err) < 0)
            return -1;
    }
    int64_t limit = p->limit > 0 ? p->limit : p->last > 0 ? p->last : 0;
    autocontainers list = { 0 };
    if (container_list(call->engine, &filters, p->all || by_state || limit > 0, limit, &list, err) < 0)
        return -1;
    struct libpod_list_container *shown = arena_array(call->arena, list.count, sizeof *shown);
    for (size_t i = 0; i < list.count; i++) {
        list_one(call, list.items[i], &shown[i]);
        if (p->size && list_size(call, list.items[i], &shown[i], err) < 0)
            return -1;
    }
    return reply_list(call, 200, libpod_list_container_schema(), shown, list.count, err);
}

#define INSPECT_PARAMS(P)                                           \
    P(PATH, STR, name, "name", NULL, "Name or id of the container") \
    P(QUERY, BOOL, size, "size", "false", "Compute sizes")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    autocontainer *ctr = container_find(call->engine, p->name, err);
    struct libpod_inspect shown;
    if (!ctr || libpod_inspect_container(call->engine, call->arena, ctr, p->size, &shown, err) < 0)
        return -1;
    return reply(call, 200, libpod_inspect_schema(), &shown, err);
}

const struct route libpod_containers_json[] = {
    {
        ROUTE(GET, "/libpod/containers/json"),
        .id = "ContainerListLibpod",
        .tag = "containers",
        .summary = "List containers, newest first",
        .params = list_params_table,
        .rights = "containers:read",
        .handler = get_list,
        .responses = {
            { 200, libpod_list_container_schema, "The containers", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    {
        ROUTE(GET, "/libpod/containers/{name}/json"),
        .id = "ContainerInspectLibpod",
        .tag = "containers",
        .summary = "Everything about a container",
        .params = inspect_params_table,
        .rights = "containers:read",
        .handler = get_inspect,
        .responses = {
            { 200, libpod_inspect_schema, "The container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
