/* GET and HEAD /_ping */
#include "api/docker/_ping.h"

#include "api/call.h"

static int get_ping(struct call *call, struct error **err)
{
    call->ops->add_header(call, "Builder-Version", "1"); /* the classic builder: sessions of BuildKit are not ours */
    call->ops->add_header(call, "Cache-Control", "no-cache, no-store, must-revalidate");
    call->ops->add_header(call, "Pragma", "no-cache");
    call->ops->add_header(call, "Swarm", "inactive");
    return reply_text(call, 200, "text/plain; charset=utf-8", "OK", err);
}

#define PING_REPLIES { { 200, NULL, "The server answers; headers say what it speaks", RAW, "text/plain" }, INTERNAL_ERROR }

const struct route docker_ping[] = {
    {
        ROUTE(GET, "/_ping"),
        .id = "SystemPing",
        .tag = "system",
        .summary = "Whether the server answers, and which versions it speaks",
        .rights = "system:read",
        .handler = get_ping,
        .responses = PING_REPLIES,
    },
    {
        ROUTE(HEAD, "/_ping"),
        .id = "SystemPingHead",
        .tag = "system",
        .summary = "The same without a body",
        .rights = "system:read",
        .handler = get_ping,
        .responses = PING_REPLIES,
    },
    { 0 },
};
