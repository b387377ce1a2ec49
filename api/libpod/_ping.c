/* GET and HEAD /libpod/_ping */
#include "api/libpod/_ping.h"

#include "api/call.h"

#define BUILDAH_VERSION "1.39.3" /* what the announced libpod version was built with */

static int get_ping(struct call *call, struct error **err)
{
    call->ops->add_header(call, "Builder-Version", "");
    call->ops->add_header(call, "Buildkit-Version", "");
    call->ops->add_header(call, "Cache-Control", "no-cache");
    call->ops->add_header(call, "Docker-Experimental", "true");
    call->ops->add_header(call, "Libpod-Buildah-Version", BUILDAH_VERSION);
    call->ops->add_header(call, "Ostype", "linux");
    call->ops->add_header(call, "Pragma", "no-cache");
    return reply_text(call, 200, "text/plain; charset=utf-8", "OK", err);
}

#define PING_REPLIES { { 200, NULL, "The service answers; headers say what it speaks", RAW, "text/plain" }, INTERNAL_ERROR }

const struct route libpod_ping[] = {
    {
        ROUTE(GET, "/libpod/_ping"),
        .id = "SystemPingLibpod",
        .tag = "system",
        .summary = "Whether the service answers, and which versions it speaks",
        .rights = "system:read",
        .handler = get_ping,
        .responses = PING_REPLIES,
    },
    {
        ROUTE(HEAD, "/libpod/_ping"),
        .id = "SystemPingHeadLibpod",
        .tag = "system",
        .summary = "The same without a body",
        .rights = "system:read",
        .handler = get_ping,
        .responses = PING_REPLIES,
    },
    { 0 },
};
