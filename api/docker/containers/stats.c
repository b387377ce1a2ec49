/* GET /containers/{id}/stats */
#include "api/docker/containers/stats.h"

#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/usage/stats.h"

#define STATS_PARAMS(P)                                                                                              \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                                      \
    P(QUERY, BOOL, stream, "stream", "true", "A sample each second until the client leaves; else one")               \
    P(QUERY, BOOL, one_shot, "one-shot", "false", "With stream=false: at once, without one before to compare it with")
PARAMS(stats_params, STATS_PARAMS)

static int send_one(void *context, const struct container *ctr, const struct container_stats *now, const struct container_stats *before,
                    struct error **err)
{
    struct call *call = context;
    autoarena *arena = arena_new(); /* of each sample: a stream goes on for long */
    struct docker_stats shown;
    docker_show_stats(arena, ctr, arena_printf(arena, "/%s", ctr->name), now, before, &shown);
    return reply_next(call, docker_stats_schema(), &shown, err);
}

static int get_stats(struct call *call, struct error **err)
{
    const struct stats_params *p = call->params;
    if (p->stream && p->one_shot)
        return error_set(err, ERROR_INVALID, 0, "one-shot: cannot have stream=true and one-shot=true");
    const struct stats_query query = { .stream = p->stream, .compare = !p->one_shot };
    return container_follow_stats(call->engine, p->id, &query, &call->sink, send_one, call, err);
}

const struct route docker_containers_stats[] = {
    {
        ROUTE(GET, "/containers/{id}/stats"),
        .id = "ContainerStats",
        .tag = "containers",
        .summary = "What a container uses, once or as a stream",
        .params = stats_params_table,
        .rights = "containers:read",
        .handler = get_stats,
        .responses = {
            { 200, docker_stats_schema, "One document per sample", STREAM, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
