#include "api/policy/terms.h"

#include <string.h>

#include "api/policy/policy.h"
#include "api/policy/rights.h"
#include "api/route.h"
#include "api/varlink/interface.h"

static bool is_route(const char *id)
{
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            if (!strcmp(route->id, id))
                return true;
    return false;
}

static bool interface_has(const struct varlink_interface *interface, const char *name)
{
    for (const struct varlink_method *const *table = interface->methods; *table; table++)
        for (const struct varlink_method *method = *table; method->name; method++)
            if (!strcmp(method->name, name))
                return true;
    return false;
}

static bool is_method(const char *term)
{
    const char *dot = strrchr(term, '.');
    for (const struct varlink_interface *const *at = varlink_interfaces; dot && *at; at++)
        if (strlen((*at)->name) == (size_t)(dot - term) && str_starts(term, (*at)->name))
            return interface_has(*at, dot + 1);
    return false;
}

int policy_add_term(struct arena *arena, struct policy *policy, const char *term)
{
    const struct policy_preset *preset = policy_find_preset(term);
    if (!preset && !policy_is_right(term) && !is_route(term) && !is_method(term))
        return -1;
    str_list_add(arena, &policy->allow, term);
    if (!preset)
        str_list_add(arena, &policy->grants, term);
    else if (!preset->grants)
        policy->everything = true;
    for (const char *const *grant = preset ? preset->grants : NULL; grant && *grant; grant++)
        str_list_add(arena, &policy->grants, *grant);
    return 0;
}
