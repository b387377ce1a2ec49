/* GET /libpod/secrets/{name}/exists */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/secret/secret.h"

#define EXISTS_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the secret")
PARAMS(secret_exists_params, EXISTS_PARAMS)

static int get_exists(struct call *call, struct error **err)
{
    const struct secret_exists_params *p = call->params;
    struct secret secret;
    if (secret_find(call->engine, call->arena, p->name, &secret, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_secrets_exists[] = {
    {
        ROUTE(GET, "/libpod/secrets/{name}/exists"),
        .id = "SecretExistsLibpod",
        .tag = "secrets",
        .summary = "Whether a secret exists",
        .params = secret_exists_params_table,
        .rights = "secrets:read",
        .handler = get_exists,
        .responses = { { 204, NULL, "It does", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_SECRET, INTERNAL_ERROR },
    },
    { 0 },
};
