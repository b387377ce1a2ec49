#include "api/docker/health.h"

#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/container/spec.h"

struct docker_health_config *docker_show_check(struct arena *arena, const struct container_health *check)
{
    if (!check)
        return NULL;
    struct docker_health_config *to = arena_zalloc(arena, sizeof *to);
    *to = (struct docker_health_config){
        .test = check->test,
        .interval = check->interval,
        .timeout = check->timeout,
        .start_period = check->start_period,
        .start_interval = check->start_interval,
        .retries = check->retries,
    };
    return to;
}
