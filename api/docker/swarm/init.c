/* POST /swarm/init */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"

/* What dockerd checks first is checked; then the truth, which is that this cannot work at any time. */
static int post_init(struct call *call, struct error **err)
{
    const struct docker_swarm_init *body = call->body;
    if (!body || str_empty(body->listen_addr))
        return error_set(err, ERROR_INVALID, 0, "ListenAddr: invalid ListenAddr \"\": invalid empty address");
    return error_set(err, ERROR_UNSUPPORTED, 0, "this engine cannot begin a swarm: it runs the containers of its own machine alone");
}

const struct route docker_swarm_init[] = {
    {
        ROUTE(POST, "/swarm/init"),
        .id = "SwarmInit",
        .tag = "swarm",
        .summary = "Begin a swarm: refused with 501, as this engine cannot be in one",
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_swarm_init_schema,
        .rights = "system:write",
        .handler = post_init,
        .responses = { BAD_PARAMETER, { 501, NULL, "This engine cannot be in a swarm", REPLY_OBJECT, NULL } },
    },
    { 0 },
};
