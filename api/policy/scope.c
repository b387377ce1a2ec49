#include "api/policy/scope.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/policy/policy.h"
#include "api/policy/rights.h"
#include "api/policy/scope_parts.h"
#include "api/varlink/interface.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/rules/rules.h"
#include "core/network/network.h"
#include "core/volume/volume.h"

const struct container_rules *scope_rules(const struct call *call)
{
    return call_rules(call);
}

int scope_refuse(struct call *call, const char *key, struct error **err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char text[512];
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    call->refused = true;
    return error_set(err, ERROR_FORBIDDEN, 0, "%s: %s: %s", scope_rules(call)->whose, key, text);
}

/* What is outside is answered as if it were not there. */
static int outside(struct call *call, const char *noun, const char *name, struct error **err)
{
    call->refused = true;
    if (!strcmp(noun, "container"))
        return error_set_about(err, ERROR_NOT_FOUND, noun, name, "No such container: %s", name);
    if (!strcmp(noun, "volume"))
        return error_set_about(err, ERROR_NOT_FOUND, noun, name, "get %s: no such volume", name);
    if (!strcmp(noun, "exec"))
        return error_set_about(err, ERROR_NOT_FOUND, noun, name, "No such exec instance: %s", name);
    return error_set_about(err, ERROR_NOT_FOUND, noun, name, "network %s not found", name);
}

/* ---- objects ---- */

static int check_container(struct call *call, const struct container *ctr, struct error **err)
{
    if (!policy_right_changes(call->route->rights))
        return 0;
    int rc = container_rules_check(call->engine, scope_rules(call), ctr, err);
    call->refused |= rc < 0;
    return rc;
}

int scope_container(struct call *call, const char **name, struct error **err)
{
    autocontainer *ctr = container_find(call->engine, *name, err);
    if (!ctr)
        return -1;
    if (!container_rules_cover(scope_rules(call), &ctr->labels))
        return outside(call, "container", *name, err);
    *name = arena_strdup(call->arena, ctr->id);
    return check_container(call, ctr, err);
}

static int scope_exec(struct call *call, const char **name, struct error **err)
{
    struct exec_session session;
    if (exec_find(call->engine, call->arena, *name, &session, err) < 0)
        return -1;
    autocontainer *ctr = container_find(call->engine, session.container_id, err);
    if (!ctr)
        return -1;
    if (!container_rules_cover(scope_rules(call), &ctr->labels))
        return outside(call, "exec", *name, err);
    *name = session.id;
    if (policy_right_changes(call->route->rights) && container_rules_check_exec(scope_rules(call), &session.spec, err) < 0)
        return -1;
    return check_container(call, ctr, err);
}

static int scope_volume(struct call *call, const char **name, struct error **err)
{
    struct volume volume;
    if (volume_find(call->engine, call->arena, *name, &volume, err) < 0)
        return -1;
    if (!container_rules_cover(scope_rules(call), &volume.labels))
        return outside(call, "volume", *name, err);
    if (strcmp(call->route->rights, "volumes:copy") || !str_map_get(&volume.options, "device"))
        return 0;
    return scope_refuse(call, "rules.binds", err, "volume \"%s\" is a part of the host", *name);
}

static int scope_network(struct call *call, const char **name, struct error **err)
{
    const struct network *network = network_find(call->engine, call->arena, *name, err);
    if (!network)
        return -1;
    if (!container_rules_cover(scope_rules(call), &network->labels))
        return outside(call, "network", *name, err);
    *name = network->id;
    return 0;
}

/* ---- routes ---- */

/* What the first name of a path is the name of. */
static const struct {
    const char *path;
    int (*scope)(struct call *call, const char **name, struct error **err);
} nouns[] = {
    { "/containers/{", scope_container }, { "/exec/{", scope_exec }, { "/volumes/{", scope_volume }, { "/networks/{", scope_network },
};

/* How routes whose path has no name are limited by labels. Paths of both dialects, libpod's without its mark. */
static const struct {
    const char *path;
    int (*scope)(struct call *call, struct error **err); /* NULL: it is about nobody's objects */
} collections[] = {
    { "/_ping", NULL },
    { "/version", NULL },
    { "/info", NULL },
    { "/auth", NULL },
    { "/swagger", NULL },
    { "/openapi/docker.json", NULL },
    { "/openapi/libpod.json", NULL },
    { "/containers/json", scope_filters },
    { "/containers/prune", scope_filters },
    { "/containers/create", scope_labels },
    { "/volumes", scope_filters },
    { "/volumes/json", scope_filters },
    { "/volumes/prune", scope_filters },
    { "/volumes/create", scope_labels },
    { "/networks", scope_filters },
    { "/networks/", scope_filters },
    { "/networks/json", scope_filters },
    { "/networks/prune", scope_filters },
    { "/networks/create", scope_labels },
    { "/events", scope_filters },
};

static const char *common_path(const struct route *route)
{
    return str_starts(route->path, "/libpod/") ? route->path + strlen("/libpod") : route->path;
}

static bool needs_objects(const struct call *call)
{
    return scope_rules(call)->labels.count || policy_right_changes(call->route->rights);
}

int policy_scope_names(struct call *call, struct str_map *names, struct error **err)
{
    if (!scope_rules(call) || !names->count || !needs_objects(call))
        return 0;
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (str_starts(common_path(call->route), nouns[i].path))
            return nouns[i].scope(call, &names->items[0].value, err);
    return 0;
}

static bool names_an_object(const struct route *route)
{
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (str_starts(common_path(route), nouns[i].path))
            return true;
    return false;
}

/* Images have no labels of who pulled them: for them rights alone count. */
static int scope_by_labels(struct call *call, struct error **err)
{
    const struct route *route = call->route;
    if (names_an_object(route) || str_starts(str_or(route->rights, ""), "images:") || !strcmp(route->method, "OPTIONS"))
        return 0;
    for (size_t i = 0; i < sizeof collections / sizeof *collections; i++)
        if (!strcmp(common_path(route), collections[i].path))
            return collections[i].scope ? collections[i].scope(call, err) : 0;
    return scope_refuse(call, "labels", err, "%s is about things with other labels as well", route->id);
}

int policy_scope_request(struct call *call, struct error **err)
{
    const struct container_rules *rules = scope_rules(call);
    if (!rules)
        return 0;
    if (scope_members(call, err) < 0)
        return -1;
    return rules->labels.count ? scope_by_labels(call, err) : 0;
}

/* ---- varlink ---- */

/* No method of containers is there yet that could be limited. */
int policy_scope_method(const struct varlink_call *call, struct error **err)
{
    const struct policy *policy = call->api->policy;
    const char *rights = call->method->rights;
    if (!policy || !policy->rules || str_starts(rights, "system:") || str_starts(rights, "images:"))
        return 0;
    if (!policy->rules->labels.count && !policy_right_changes(rights))
        return 0;
    return error_set(err, ERROR_FORBIDDEN, 0, "%s: %s.%s cannot be kept within rules and labels", policy->rules->whose,
                     call->interface->name, call->method->name);
}
