/* DELETE /libpod/secrets/{name} */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/secret/secret.h"

#define REMOVE_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the secret")
PARAMS(secret_remove_params, REMOVE_PARAMS)

static int delete_item(struct call *call, struct error **err)
{
    const struct secret_remove_params *p = call->params;
    if (secret_remove(call->engine, p->name, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_secrets_item[] = {
    {
        ROUTE(DELETE, "/libpod/secrets/{name}"),
        .id = "SecretDeleteLibpod",
        .tag = "secrets",
        .summary = "Remove a secret; containers keep what they got of it",
        .params = secret_remove_params_table,
        .rights = "secrets:write",
        .handler = delete_item,
        .responses = { { 204, NULL, "Removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_SECRET, INTERNAL_ERROR },
    },
    { 0 },
};
