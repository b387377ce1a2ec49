#include "api/policy/audit_call.h"

#include <stdio.h>

#include "api/dispatch.h"
#include "api/policy/audit.h"
#include "api/policy/object.h"
#include "api/policy/rights.h"
#include "api/varlink/interface.h"
#include "core/base/arena.h"
#include "core/base/error.h"

void audit_call(const struct call *call)
{
    const struct route *route = call->route;
    if (!call->api->audit || !route || (!call->refused && !policy_right_changes(route->rights)))
        return;
    char status[16];
    snprintf(status, sizeof status, "%d", call->status);
    const struct audit_line line = {
        .caller = &call->api->caller,
        .route = route->id,
        .object = call->object,
        .verdict = call->refused ? "refused" : "allowed",
        .status = status,
    };
    audit_write(call->api->audit, &line);
}

void audit_varlink_call(const struct varlink_call *call, bool refused, const struct error *failure)
{
    if (!call->api->audit || (!refused && !policy_right_changes(call->method->rights)))
        return;
    const struct audit_line line = {
        .caller = &call->api->caller,
        .route = arena_printf(call->arena, "%s.%s", call->interface->name, call->method->name),
        .object = call->in ? policy_object_in(call->method->in(), call->in) : NULL,
        .verdict = refused ? "refused" : "allowed",
        .status = failure ? "failed" : "ok",
    };
    audit_write(call->api->audit, &line);
}
