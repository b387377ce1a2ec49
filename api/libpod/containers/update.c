/* POST /libpod/containers/{name}/update */
#include <string.h>

#include "api/call.h"
#include "api/libpod/containers/health.h"
#include "api/libpod/containers/spec.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/health/health.h"

#define UPDATE_PARAMS(P)                                                                                                     \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                                          \
    P(QUERY, STR, restart_policy, "restartPolicy", NULL, "Another restart policy: no, always, on-failure or unless-stopped") \
    P(QUERY, OPT_I64, restart_retries, "restartRetries", NULL, "How often on-failure starts it again; 0: without end")
PARAMS(update_params, UPDATE_PARAMS)

/* Devices come as lists of pairs here, and as maps when a container is made. */
#define MAP_BY_PATH(arena, to, from, member)                                                          \
    do {                                                                                              \
        (to).items = arena_array(arena, (from).count, sizeof *(to).items);                            \
        for (size_t i = 0; i < (from).count; i++, (to).count++) {                                     \
            (to).items[i].key = (from).items[i].path;                                                 \
            (to).items[i].value.member = (from).items[i].member;                                      \
        }                                                                                             \
    } while (0)

static int translate_limits(struct arena *arena, const struct libpod_update *body, struct container_resources *ret_resources, struct error **err)
{
    struct libpod_spec spec = { .resources = body->resources };
    MAP_BY_PATH(arena, spec.weight_device, body->weight_device, weight);
    MAP_BY_PATH(arena, spec.throttle_read_bps, body->read_bps, rate);
    MAP_BY_PATH(arena, spec.throttle_write_bps, body->write_bps, rate);
    MAP_BY_PATH(arena, spec.throttle_read_iops, body->read_iops, rate);
    MAP_BY_PATH(arena, spec.throttle_write_iops, body->write_iops, rate);
    return libpod_translate_limits(arena, &spec, ret_resources, err);
}

static int translate_restart(const struct update_params *p, struct container_update *wish, struct error **err)
{
    static const char *const policies[] = { "no", "never", "always", "on-failure", "unless-stopped", NULL };
    const char *const *known = policies;
    while (*known && !str_eq(*known, p->restart_policy))
        known++;
    if (!str_empty(p->restart_policy) && !*known)
        return error_set(err, ERROR_INVALID, 0, "restartPolicy: \"%s\" is not known: expected no, always, on-failure or unless-stopped",
                         p->restart_policy);
    if (p->restart_retries && !str_eq(p->restart_policy, "on-failure"))
        return error_set(err, ERROR_INVALID, 0, "restartRetries: expected with restartPolicy on-failure alone");
    if (p->restart_retries && *p->restart_retries < 0)
        return error_set(err, ERROR_INVALID, 0, "restartRetries: %lld is negative", (long long)*p->restart_retries);
    wish->restart_policy = str_eq(p->restart_policy, "never") ? "no" : p->restart_policy;
    wish->restart_max = p->restart_retries ? *p->restart_retries : 0;
    return 0;
}

static int post_update(struct call *call, struct error **err)
{
    const struct update_params *p = call->params;
    static const struct libpod_update nothing;
    const struct libpod_update *body = call->body ? call->body : &nothing;
    struct container_update wish = { 0 };
    struct str_list warnings = { 0 };
    if (translate_restart(p, &wish, err) < 0 || translate_limits(call->arena, body, &wish.resources, err) < 0 ||
        libpod_translate_health_change(call->arena, body, &wish.health, err) < 0)
        return -1;
    autocontainer *ctr = container_find(call->engine, p->name, err);
    if (!ctr || container_update(call->engine, call->arena, ctr->id, &wish, &warnings, err) < 0)
        return -1;
    return reply_text(call, 201, "text/plain", arena_printf(call->arena, "%s\n", ctr->id), err);
}

const struct route libpod_containers_update[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/update"),
        .id = "ContainerUpdateLibpod",
        .tag = "containers",
        .summary = "Other limits, another restart policy or health check, at once and for starts to come",
        .params = update_params_table,
        .body_kind = BODY_JSON,
        .body = libpod_update_schema,
        .rights = "containers:write",
        .handler = post_update,
        .responses = {
            { 201, NULL, "Done: its id", RAW, "text/plain" }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
