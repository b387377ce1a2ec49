#include "api/policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "api/caller.h"
#include "api/dispatch.h"
#include "core/base/arena.h"
#include "core/base/error.h"

void policy_free(struct policy_set *set)
{
    if (!set)
        return;
    arena_free(set->arena);
    free(set);
}

const char *policy_socket(const struct policy_set *set, const char *path, const char *name)
{
    for (size_t i = 0; set && i < set->count; i++) {
        const struct policy *policy = &set->items[i];
        if ((path && str_eq(policy->path, path)) || (name && str_eq(policy->name, name)))
            return policy->socket;
    }
    return NULL;
}

static bool is_member(const struct caller *caller, gid_t group)
{
    bool found = caller->gid == group;
    for (size_t i = 0; i < caller->group_count; i++)
        found |= caller->groups[i] == group;
    return found;
}

static bool fits(const struct policy *policy, const struct caller *caller)
{
    bool found = !policy->limited;
    for (size_t i = 0; i < policy->user_count; i++)
        found |= policy->users[i] == caller->uid;
    for (size_t i = 0; i < policy->group_count; i++)
        found |= is_member(caller, policy->groups[i]);
    return found;
}

const struct policy *policy_choose(const struct policy_set *set, const char *socket, const struct caller *caller)
{
    for (size_t i = 0; i < set->count; i++)
        if (!strcmp(set->items[i].socket, socket) && fits(&set->items[i], caller))
            return &set->items[i];
    abort(); /* the last block of each socket fits everybody */
}

const struct container_rules *call_rules(const struct call *call)
{
    const struct policy *policy = call->api->policy;
    return policy ? policy->rules : NULL;
}

int policy_check(const struct policy *policy, const struct caller *caller, const char *id, const char *rights,
                 struct error **err)
{
    if (!policy || policy->everything)
        return 0;
    if (policy->nobody)
        return error_set(err, ERROR_FORBIDDEN, 0, "policy of socket %s: no [[socket]] of it is for user %u: %s is refused",
                         policy->socket, caller->uid, id);
    if (str_list_has(&policy->grants, id) || (rights && str_list_has(&policy->grants, rights)))
        return 0;
    autoarena *arena = arena_new();
    return error_set(err, ERROR_FORBIDDEN, 0, "policy of socket %s: %s needs %s, which allow = [%s] does not give",
                     policy->socket, id, rights ? rights : "a right that nobody has",
                     str_join(arena, &policy->allow, ", "));
}
