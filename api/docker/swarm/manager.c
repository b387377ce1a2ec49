#include "api/docker/swarm/manager.h"

#include <stddef.h>

#include "core/base/error.h"

int docker_no_manager(struct call *call, struct error **err)
{
    (void)call;
    return error_set(err, ERROR_UNAVAILABLE, 0,
                     "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to "
                     "swarm and try again.");
}

int docker_no_manager_at(const char *noun, const int64_t *version, struct error **err)
{
    if (!version || *version < 0)
        return error_set(err, ERROR_INVALID, 0, "version: invalid %s version: expected the Version.Index it starts from", noun);
    return docker_no_manager(NULL, err);
}
