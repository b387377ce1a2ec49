/* POST /swarm/leave */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "core/base/error.h"

#define SWARM_LEAVE_PARAMS(P) P(QUERY, BOOL, force, "force", "false", "Also when it is the last manager")
PARAMS(swarm_leave_params, SWARM_LEAVE_PARAMS)

static int post_leave(struct call *call, struct error **err)
{
    (void)call;
    return error_set(err, ERROR_UNAVAILABLE, 0, "This node is not part of a swarm");
}

const struct route docker_swarm_leave[] = {
    {
        ROUTE(POST, "/swarm/leave"),
        .id = "SwarmLeave",
        .tag = "swarm",
        .summary = "Leave the swarm: this engine is in none",
        .params = swarm_leave_params_table,
        .rights = "system:write",
        .handler = post_leave,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
