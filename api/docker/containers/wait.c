/* POST /containers/{id}/wait */
#include <string.h>

#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define WAIT_PARAMS(P)                                          \
    P(PATH, STR, id, "id", NULL, "Name or id of the container") \
    P(QUERY, STR, condition, "condition", NULL, "not-running (or empty), next-exit or removed")
PARAMS(wait_params, WAIT_PARAMS)

static int choose(const char *word, enum container_condition *ret_condition, struct error **err)
{
    static const struct {
        const char *word;
        enum container_condition condition;
    } conditions[] = {
        { "", CONTAINER_NOT_RUNNING },
        { "not-running", CONTAINER_NOT_RUNNING },
        { "next-exit", CONTAINER_NEXT_EXIT },
        { "removed", CONTAINER_REMOVED },
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        if (strcmp(conditions[i].word, str_or(word, "")))
            continue;
        *ret_condition = conditions[i].condition;
        return 0;
    }
    return error_set(err, ERROR_INVALID, 0,
                     "invalid condition: \"%.80s\": expected not-running, next-exit or removed", word);
}

/* Clients start the container once they have the head: what counts as next is decided before it. */
static int post_wait(struct call *call, struct error **err)
{
    const struct wait_params *p = call->params;
    enum container_condition condition = CONTAINER_NOT_RUNNING;
    if (choose(p->condition, &condition, err) < 0)
        return -1;
    autocontainer *ctr = container_find(call->engine, p->id, err);
    if (!ctr || reply_begin_stream(call, err) < 0)
        return -1;
    struct docker_wait ended = { 0 };
    if (container_wait(call->engine, ctr, condition, NULL, &call->sink, &ended.status, err) < 0) {
        if ((*err)->kind == ERROR_CANCELLED)
            return -1;
        ended.error = arena_zalloc(call->arena, sizeof *ended.error);
        ended.error->message = arena_strdup(call->arena, (*err)->message);
        error_clear(err);
    }
    return reply_next(call, docker_wait_schema(), &ended, err);
}

const struct route docker_containers_wait[] = {
    {
        ROUTE(POST, "/containers/{id}/wait"),
        .id = "ContainerWait",
        .tag = "containers",
        .summary = "Wait until a container ends",
        .params = wait_params_table,
        .rights = "containers:read",
        .handler = post_wait,
        .responses = {
            { 200, docker_wait_schema, "How it ended; the head comes at once", STREAM, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
