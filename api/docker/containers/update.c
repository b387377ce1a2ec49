/* POST /containers/{id}/update */
#include "api/call.h"
#include "api/docker/containers/spec_parts.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define UPDATE_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the container")
PARAMS(update_params, UPDATE_PARAMS)

static int refuse_fixed(const struct docker_resources *from, struct error **err)
{
    const char *field = from->devices.count             ? "Devices"
                        : from->device_cgroup_rules.count ? "DeviceCgroupRules"
                        : from->ulimits.count             ? "Ulimits"
                        : !str_empty(from->cgroup_parent) ? "CgroupParent"
                        : from->init                      ? "Init"
                                                          : NULL;
    return field ? error_set(err, ERROR_INVALID, 0, "%s: is settled when a container is made: expected none", field) : 0;
}

/* The same members mean the same as for a new container, which is what translates them. */
static int translate(struct call *call, const struct docker_update *body, struct container_update *ret_wish, struct str_list *warnings,
                     struct error **err)
{
    const struct docker_host_config host = { .resources = body->resources, .restart_policy = body->restart_policy };
    struct container_spec spec = { 0 };
    if (refuse_fixed(&body->resources, err) < 0 || spec_limits(call->arena, &host, &spec, warnings, err) < 0 ||
        spec_policies(call->arena, &host, &spec, warnings, err) < 0)
        return -1;
    *ret_wish = (struct container_update){ .resources = spec.resources };
    if (!body->resources.pids_limit)
        ret_wish->resources.pids_limit = NULL;
    if (!str_empty(body->restart_policy.name)) {
        ret_wish->restart_policy = spec.restart_policy;
        ret_wish->restart_max = spec.restart_max;
    }
    return 0;
}

static int post_update(struct call *call, struct error **err)
{
    const struct update_params *p = call->params;
    struct container_update wish;
    struct docker_update_reply shown = { 0 };
    if (translate(call, call->body, &wish, &shown.warnings, err) < 0 ||
        container_update(call->engine, call->arena, p->id, &wish, &shown.warnings, err) < 0)
        return -1;
    return reply(call, 200, docker_update_reply_schema(), &shown, err);
}

const struct route docker_containers_update[] = {
    {
        ROUTE(POST, "/containers/{id}/update"),
        .id = "ContainerUpdate",
        .tag = "containers",
        .summary = "Other limits and another restart policy, at once and for starts to come",
        .params = update_params_table,
        .body_kind = BODY_JSON,
        .body = docker_update_schema,
        .rights = "containers:write",
        .handler = post_update,
        .responses = {
            { 200, docker_update_reply_schema, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
