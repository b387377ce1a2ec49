#include "api/policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "api/caller.h"
#include "api/dispatch.h"
#include "core/base/arena.h"
#include "core/base/certificate.h"
#include "core/base/error.h"

void policy_free(struct policy_set *set)
{
    if (!set)
        return;
    arena_free(set->arena);
    free(set);
}

const struct policy *policy_of(const struct policy_set *set, const char *address, const char *name)
{
    for (size_t i = 0; set && i < set->count; i++) {
        const struct policy *policy = &set->items[i];
        bool is_there = address && (str_eq(policy->path, address) || str_eq(policy->listen, address));
        if (is_there || (name && str_eq(policy->name, name)))
            return policy;
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
    if (caller->certificate) /* it is nobody of this machine */
        return found || certificate_fits(caller->certificate, &policy->certificates);
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

static int refuse_nobody(const struct policy *policy, const struct caller *caller, const char *id, struct error **err)
{
    const struct certificate *certificate = caller->certificate;
    if (certificate)
        return error_set(err, ERROR_FORBIDDEN, 0,
                         "policy of socket %s: no [[socket]] of it is for the certificate \"%s\" (SHA256:%s): %s is refused",
                         policy->socket, certificate->subject, certificate->fingerprint, id);
    return error_set(err, ERROR_FORBIDDEN, 0, "policy of socket %s: no [[socket]] of it is for user %u: %s is refused",
                     policy->socket, caller->uid, id);
}

int policy_check(const struct policy *policy, const struct caller *caller, const char *id, const char *rights,
                 struct error **err)
{
    if (!policy || policy->everything)
        return 0;
    if (policy->nobody)
        return refuse_nobody(policy, caller, id, err);
    if (str_list_has(&policy->grants, id) || (rights && str_list_has(&policy->grants, rights)))
        return 0;
    autoarena *arena = arena_new();
    return error_set(err, ERROR_FORBIDDEN, 0, "policy of socket %s: %s needs %s, which allow = [%s] does not give",
                     policy->socket, id, rights ? rights : "a right that nobody has",
                     str_join(arena, &policy->allow, ", "));
}
