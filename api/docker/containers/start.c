/* POST /containers/{id}/start */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define START_PARAMS(P)                                                                             \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                     \
    P(QUERY, STR, detach_keys, "detachKeys", NULL, "Counts at attach; heard here")                  \
    P(QUERY, STR, checkpoint, "checkpoint", NULL, "Start from a checkpoint: not supported")         \
    P(QUERY, STR, checkpoint_dir, "checkpoint-dir", NULL, "Where checkpoints are: not supported")
PARAMS(start_params, START_PARAMS)

#define LONGEST_NOTHING 7 /* "{}" or "null" with some white space */

/* A host configuration in the body was the way of Docker before 1.24: ignoring one would change what it is to be. */
static int refuse_body(struct call *call, struct error **err)
{
    char body[LONGEST_NOTHING + 1];
    size_t size = 0;
    while (size < sizeof body) {
        long n = call->ops->read(call, body + size, sizeof body - size, err);
        if (n < 0)
            return -1;
        if (!n)
            return 0;
        size += (size_t)n;
    }
    return error_set(err, ERROR_INVALID, 0,
                     "body: starting container with non-empty request body was deprecated since API v1.22 and removed "
                     "in v1.24: expected none");
}

static int post_start(struct call *call, struct error **err)
{
    const struct start_params *p = call->params;
    if (!str_empty(p->checkpoint) || !str_empty(p->checkpoint_dir))
        return error_set(err, ERROR_INVALID, 0, "checkpoint: \"%.80s\" is not supported: expected it to be absent",
                         str_or(p->checkpoint, p->checkpoint_dir));
    if (refuse_body(call, err) < 0 || container_start(call->engine, p->id, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route docker_containers_start[] = {
    {
        ROUTE(POST, "/containers/{id}/start"),
        .id = "ContainerStart",
        .tag = "containers",
        .summary = "Start a container",
        .params = start_params_table,
        .rights = "containers:write",
        .handler = post_start,
        .responses = {
            { 204, NULL, "Started", REPLY_OBJECT, NULL },
            { 304, NULL, "It runs already", REPLY_OBJECT, NULL },
            BAD_PARAMETER,
            { 404, NULL, "No such container, or no such command in it", REPLY_OBJECT, NULL },
            CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
