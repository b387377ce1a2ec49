#include "api/reply.h"

#include "api/policy/audit_call.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define HIJACK_MAX_BODY (1u << 20)

struct hijack {
    struct call *call;
    const char *content_type;
};

/* dockerode sends a JSON body along with an attach: those bytes are HTTP's, not the container's input. */
static int drop_body(struct call *call, struct error **err)
{
    char chunk[4096];
    size_t dropped = 0;
    for (;;) {
        long n = call->ops->read(call, chunk, sizeof chunk, err);
        if (n <= 0)
            return (int)n;
        dropped += (size_t)n;
        if (dropped > HIJACK_MAX_BODY)
            return error_set(err, ERROR_TOO_LARGE, 0, "body: more than %u bytes before the stream", HIJACK_MAX_BODY);
    }
}

static int begin_hijack(void *context, int *ret_fd, const void **ret_early, size_t *ret_early_len, struct error **err)
{
    struct hijack *hijack = context;
    struct call *call = hijack->call;
    if (drop_body(call, err) < 0)
        return -1;
    call->begun = call->hijacked = true;
    call->status = 101; /* or 200, where the client did not ask to upgrade */
    audit_call(call);
    return call->ops->hijack(call, hijack->content_type, ret_fd, ret_early, ret_early_len, err);
}

void call_client(struct call *call, const char *content_type, struct container_client *ret_client)
{
    struct hijack *hijack = arena_zalloc(call->arena, sizeof *hijack);
    *hijack = (struct hijack){ call, content_type };
    *ret_client = (struct container_client){ .context = hijack, .begin = begin_hijack };
}
