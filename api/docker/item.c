/* OPTIONS of any path: what a browser asks before it calls. Without a CORS header in the answer it stays away. */
#include "api/docker/item.h"

#include "api/call.h"

#define ANY_PARAMS(P) P(PATH, STR, anyroute, "anyroute", NULL, "Any path")
PARAMS(any_params, ANY_PARAMS)

static int answer(struct call *call, struct error **err)
{
    return reply_empty(call, 200, err);
}

const struct route docker_item[] = {
    {
        ROUTE(OPTIONS, "/{anyroute...}"),
        .id = "Options",
        .tag = "system",
        .summary = "Nothing, as for any path",
        .rights = "system:read",
        .params = any_params_table,
        .handler = answer,
        .responses = { { 200, NULL, "No body", REPLY_OBJECT, NULL } },
    },
    { 0 },
};
