/* Any bytes as one varlink message: decoding, finding the method, its parameters, and what is replied. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/types/varlink/varlink.h"
#include "api/varlink/interface.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/schema/json.h"

/* Replies with its parameters, as often as it is allowed to. */
static int echo(struct varlink_call *call, struct error **err)
{
    const struct podman_not_found *in = call->in;
    assert(in);
    if (call->more && varlink_reply(call, podman_not_found_schema(), in, true, err) < 0)
        return -1;
    if (in->id && !strcmp(in->id, "fail"))
        return error_set(err, ERROR_CONFLICT, 0, "as asked for");
    return varlink_reply(call, podman_not_found_schema(), in, false, err);
}

static int fail(struct varlink_call *call, const struct error *failure, struct error **err)
{
    const struct varlink_reason reason = { failure->message };
    return varlink_reply_error(call, "a.b.ErrorOccurred", varlink_reason_schema(), &reason, err);
}

static const struct varlink_method methods[] = {
    { "Echo", "Says it again.", podman_not_found_schema, podman_not_found_schema, echo },
    { 0 },
};
static const struct varlink_method *const tables[] = { methods, NULL };
static const struct varlink_method *const service_tables[] = { service_methods, NULL };
static const struct varlink_error none[] = { { 0 } };
static const struct varlink_interface test_interface = { "a.b", "For tests.", tables, none, fail };
static const struct varlink_interface service = { "org.varlink.service", "What there is.", service_tables, none, fail };
const struct varlink_interface *const varlink_interfaces[] = { &service, &test_interface, NULL };

struct replies {
    int count;
    bool ended; /* a reply without "continues" was the last */
};

static int take_reply(void *transport, const char *json, size_t len, struct error **err)
{
    struct replies *replies = transport;
    autoarena *arena = arena_new();
    const struct schema_limits limits = { .max_bytes = 64 << 20, .max_depth = 64 };
    const struct json *reply = json_parse(arena, json, len, limits, err);
    assert(reply && !memchr(json, '\0', len) && !replies->ended);
    replies->count++;
    replies->ended = !strstr(json, "\"continues\":true}");
    return 0;
}

static bool wait_for(void *transport, int wake_fd, int timeout_ms)
{
    (void)transport, (void)wake_fd, (void)timeout_ms;
    return false;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const struct varlink_ops ops = { .send = take_reply, .wait = wait_for };
    const struct api api = { 0 };
    struct replies replies = { 0 };
    autoarena *arena = arena_new();
    const char *message = arena_strndup(arena, (const char *)data, len); /* up to its NUL, as the framer gives it */
    int rc = varlink_dispatch(&api, message, strlen(message), &ops, &replies, arena);
    assert(rc == 0 || rc == -1);
    assert(rc == 0 || !replies.count);
    return 0;
}
