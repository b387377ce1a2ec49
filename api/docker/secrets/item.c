/* GET and DELETE /secrets/{id} */
#include "api/call.h"
#include "api/docker/secrets/show.h"
#include "api/docker/secrets_tables.h"
#include "core/secret/secret.h"

#define ITEM_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the secret")
PARAMS(secret_item_params, ITEM_PARAMS)

static int get_item(struct call *call, struct error **err)
{
    const struct secret_item_params *p = call->params;
    struct secret secret;
    if (secret_find(call->engine, call->arena, p->id, &secret, err) < 0)
        return -1;
    const struct docker_secret shown = docker_show_secret(&secret);
    return reply(call, 200, docker_secret_schema(), &shown, err);
}

static int delete_item(struct call *call, struct error **err)
{
    const struct secret_item_params *p = call->params;
    if (secret_remove(call->engine, p->id, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route docker_secrets_item[] = {
    {
        ROUTE(GET, "/secrets/{id}"),
        .id = "SecretInspect",
        .tag = "secrets",
        .summary = "A secret without its value",
        .params = secret_item_params_table,
        .since = 25,
        .rights = "secrets:read",
        .handler = get_item,
        .responses = { { 200, docker_secret_schema, "The secret", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_SECRET, INTERNAL_ERROR },
    },
    {
        ROUTE(DELETE, "/secrets/{id}"),
        .id = "SecretDelete",
        .tag = "secrets",
        .summary = "Remove a secret; containers keep what they got of it",
        .params = secret_item_params_table,
        .since = 25,
        .rights = "secrets:write",
        .handler = delete_item,
        .responses = { { 204, NULL, "Removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_SECRET, INTERNAL_ERROR },
    },
    { 0 },
};
