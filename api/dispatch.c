#include "api/dispatch.h"

#include <string.h>

#include "api/body.h"
#include "api/error.h"
#include "api/headers.h"
#include "api/match.h"
#include "api/params.h"
#include "api/policy/audit_call.h"
#include "api/policy/object.h"
#include "api/policy/policy.h"
#include "api/policy/scope.h"
#include "api/reply.h"
#include "api/tally.h"
#include "core/base/activity.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/engine.h"

/* Old servers ignored what they did not know, so clients send it; we say so, and --strict refuses. */
static int report_unknown(struct call *call, struct error **err)
{
    if (!call->unknown.count)
        return 0;
    const char *names = str_join(call->arena, &call->unknown, ", ");
    if (call->strict)
        return error_set(err, ERROR_INVALID, 0, "unknown parameter or member: %s", names);
    headers_add_warning(call, arena_printf(call->arena, "ignored unknown parameter or member: %s", names));
    return 0;
}

/* Before anything of the request is looked at but which entry it is for; what else is wrong is not told to those who may
 * not call it. */
static int authorize(struct call *call, struct match *match, struct error **err)
{
    const struct api *api = call->api;
    struct error *refusal = NULL;
    call->object = policy_object_named(&match->names);
    call->refused = policy_check(api->policy, &api->caller, call->route->id, call->route->rights, &refusal) < 0;
    if (!call->refused)
        return *err ? -1 : policy_scope_names(call, &match->names, err);
    error_free(*err);
    *err = refusal;
    return -1;
}

static int prepare(struct call *call, const struct match *match, const struct request *request, struct error **err)
{
    if (params_parse(call, match, err) < 0 || body_read(call, request, err) < 0)
        return -1;
    if (!call->object)
        call->object = policy_object_asked(call);
    if (policy_scope_request(call, err) < 0)
        return -1;
    return report_unknown(call, err);
}

static int answer(struct call *call, struct error **err)
{
    if (call->route->handler(call, err) < 0)
        return -1;
    return reply_finish(call, err);
}

/* Returns whether the connection may go on. */
static bool conclude(struct call *call, const struct request *request, const struct error *failure)
{
    if (!failure)
        return !call->hijacked;
    if (failure->kind == ERROR_INTERNAL)
        log_error("%s %s: %s", request->method, request->target, failure->message);
    call->refused |= failure->kind == ERROR_FORBIDDEN;
    if (!call->begun && failure->kind == ERROR_CANCELLED) {
        call->status = api_status(failure);
        audit_call(call);
    }
    if (call->begun || failure->kind == ERROR_CANCELLED)
        return false; /* what was sent cannot be taken back: a cut connection is the only way to say it */
    return error_reply(call, failure) == 0;
}

static int answer_unmatched(struct call *call, const struct match *match)
{
    autoerror *gone = NULL;
    switch (match->result) {
    case MATCH_ELSEWHERE:
        call->ops->add_header(call, "Location", match->location);
        return reply_head(call, 301, NULL, 0, &gone);
    case MATCH_METHOD: return error_reply_unrouted(call, 405);
    default: return error_reply_unrouted(call, 404);
    }
}

static int dispatch(const struct api *api, const struct request *request, const struct call_ops *ops, void *transport,
                    struct arena *arena, size_t *ret_number, int *ret_status)
{
    autoerror *err = NULL;
    struct match match;
    int rc = match_request(arena, request->method, request->target, &match, &err);
    struct call call = {
        .api = api,
        .engine = api->engine,
        .arena = arena,
        .route = match.route,
        .dialect = match.dialect,
        .level = match.level,
        .libpod_major = match.libpod_major,
        .version_text = match.version_text,
        .strict = api->strict,
        .ops = ops,
        .transport = transport,
    };
    reply_make_sink(&call);
    *ret_number = call.route ? match.number : TALLY_UNROUTED;
    if (rc == 0 && match.result != MATCH_ROUTE) {
        rc = answer_unmatched(&call, &match);
        *ret_status = call.status;
        return rc;
    }
    if (call.route) {
        headers_add_common(&call, rc == 0);
        rc = authorize(&call, &match, &err);
    }
    struct activity *activity = api->engine ? api->engine->activity : NULL;
    int place = call.route ? activity_enter(activity, call.route->method, request->target, strcspn(request->target, "?")) : -1;
    if (rc == 0)
        rc = prepare(&call, &match, request, &err);
    if (rc == 0)
        answer(&call, &err);
    rc = conclude(&call, request, err) ? 0 : -1;
    activity_leave(activity, place);
    *ret_status = call.status;
    return rc;
}

int api_dispatch(const struct api *api, const struct request *request, const struct call_ops *ops, void *transport,
                 struct arena *arena)
{
    size_t number;
    int status;
    int64_t began = tally_begin(api->tally);
    int rc = dispatch(api, request, ops, transport, arena, &number, &status);
    tally_end(api->tally, number, status, began);
    return rc;
}
