#include "api/varlink/dispatch.h"

#include <string.h>

#include "api/policy/audit_call.h"
#include "api/policy/policy.h"
#include "api/policy/scope.h"
#include "api/tally.h"
#include "api/types/varlink/varlink.h"
#include "api/varlink/interface.h"
#include "core/base/activity.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/engine.h"

#define REPLY_MAX_BYTES (256u << 20)

static int send_message(struct varlink_call *call, const struct buf *message, struct error **err)
{
    if (message->full)
        return error_set(err, ERROR_TOO_LARGE, 0, "the reply is longer than %u bytes", REPLY_MAX_BYTES);
    return call->ops->send(call->transport, message->data, message->len, err);
}

int varlink_reply(struct varlink_call *call, const struct schema *schema, const void *object, bool continues, struct error **err)
{
    if (call->oneway)
        return 0;
    autobuf message = BUF(REPLY_MAX_BYTES);
    buf_puts(&message, "{\"parameters\":");
    if (schema)
        schema_encode(&message, schema, object, SCHEMA_NEWEST);
    else
        buf_puts(&message, "{}");
    buf_puts(&message, continues ? ",\"continues\":true}" : "}");
    return send_message(call, &message, err);
}

int varlink_reply_error(struct varlink_call *call, const char *name, const struct schema *schema, const void *parameters, struct error **err)
{
    if (call->oneway)
        return 0;
    autobuf message = BUF(REPLY_MAX_BYTES);
    buf_puts(&message, "{\"error\":");
    schema_encode_text(&message, name);
    buf_puts(&message, ",\"parameters\":");
    if (schema)
        schema_encode(&message, schema, parameters, SCHEMA_NEWEST);
    else
        buf_puts(&message, "{}");
    buf_putc(&message, '}');
    return send_message(call, &message, err);
}

static const struct varlink_interface *find_interface(const char *name, size_t len)
{
    for (const struct varlink_interface *const *at = varlink_interfaces; *at; at++)
        if (strlen((*at)->name) == len && !memcmp((*at)->name, name, len))
            return *at;
    return NULL;
}

static const struct varlink_method *find_method(const struct varlink_interface *interface, const char *name)
{
    for (const struct varlink_method *const *table = interface->methods; *table; table++)
        for (const struct varlink_method *method = *table; method->name; method++)
            if (!strcmp(method->name, name))
                return method;
    return NULL;
}

static int invalid_parameter(struct varlink_call *call, const char *name, struct error **err)
{
    const struct varlink_parameter parameter = { name };
    return varlink_reply_error(call, "org.varlink.service.InvalidParameter", varlink_parameter_schema(), &parameter, err);
}

/* A decoder's message begins with the path of what is wrong: "name: missing, …". */
static const char *parameter_named(struct arena *arena, const char *message)
{
    size_t len = strcspn(message, ":.[ ");
    return len && message[len] ? arena_strndup(arena, message, len) : "parameters";
}

static int run_method(struct varlink_call *call, const char *parameters, struct error **err)
{
    autoerror *failure = NULL;
    if (call->method->in) {
        parameters = parameters ? parameters : "{}";
        call->in = schema_decode(call->arena, call->method->in(), parameters, strlen(parameters), SCHEMA_LIMITS, NULL, &failure);
        if (!call->in)
            return invalid_parameter(call, parameter_named(call->arena, failure->message), err);
    }
    int rc = call->method->handler(call, &failure);
    audit_varlink_call(call, failure && failure->kind == ERROR_FORBIDDEN, failure);
    if (rc == 0)
        return 0;
    if (failure->kind == ERROR_CANCELLED) {
        *err = failure;
        failure = NULL;
        return -1;
    }
    if (failure->kind == ERROR_INTERNAL)
        log_error("%s.%s: %s", call->interface->name, call->method->name, failure->message);
    return call->interface->fail(call, failure, err);
}

static int authorize(struct varlink_call *call, struct error **err)
{
    const char *id = arena_printf(call->arena, "%s.%s", call->interface->name, call->method->name);
    if (policy_check(call->api->policy, &call->api->caller, id, call->method->rights, err) < 0)
        return -1;
    return policy_scope_method(call, err);
}

static int refuse(struct varlink_call *call, const struct error *refusal, struct error **err)
{
    audit_varlink_call(call, true, refusal);
    return call->interface->fail(call, refusal, err);
}

static int dispatch(struct varlink_call *call, const struct varlink_message *message, struct error **err)
{
    autoerror *refusal = NULL;
    const char *dot = strrchr(message->method, '.');
    if (!dot)
        return invalid_parameter(call, "method", err);
    call->interface = find_interface(message->method, (size_t)(dot - message->method));
    if (!call->interface) {
        const struct varlink_interface_name name = { arena_strndup(call->arena, message->method, (size_t)(dot - message->method)) };
        return varlink_reply_error(call, "org.varlink.service.InterfaceNotFound", varlink_interface_name_schema(), &name, err);
    }
    call->method = find_method(call->interface, dot + 1);
    if (!call->method) {
        const struct varlink_method_name name = { dot + 1 };
        return varlink_reply_error(call, "org.varlink.service.MethodNotFound", varlink_method_name_schema(), &name, err);
    }
    struct activity *activity = call->api->engine ? call->api->engine->activity : NULL;
    int place = activity_enter(activity, "varlink", message->method, strlen(message->method));
    int64_t began = tally_begin(call->api->tally);
    int rc = authorize(call, &refusal) < 0 ? refuse(call, refusal, err) : run_method(call, message->parameters, err);
    tally_end(call->api->tally, tally_method(call->method), refusal ? 403 : rc < 0 ? 499 : 200, began);
    activity_leave(activity, place);
    return rc;
}

int varlink_dispatch(const struct api *api, const char *message, size_t len, const struct varlink_ops *ops, void *transport,
                     struct arena *arena)
{
    autoerror *err = NULL;
    const struct varlink_message *decoded = schema_decode(arena, varlink_message_schema(), message, len, SCHEMA_LIMITS, NULL, &err);
    if (!decoded) {
        log_debug("varlink: closing a connection: %s", err->message);
        return -1;
    }
    struct varlink_call call = {
        .api = api,
        .engine = api->engine,
        .arena = arena,
        .oneway = decoded->oneway,
        .more = decoded->more,
        .ops = ops,
        .transport = transport,
    };
    if (dispatch(&call, decoded, &err) == 0)
        return 0;
    log_debug("varlink: closing a connection: %s", err->message);
    return -1;
}
