/* POST /secrets/{id}/update */
#include <string.h>

#include "api/call.h"
#include "api/docker/secrets_tables.h"
#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/error.h"
#include "core/secret/secret.h"

#define UPDATE_PARAMS(P)                                                                                    \
    P(PATH, STR, id, "id", NULL, "Name or id of the secret")                                                \
    P(QUERY, OPT_I64, version, "version", NULL, "Version.Index that the change starts from: needed")
PARAMS(secret_update_params, UPDATE_PARAMS)

/* A client sends the whole specification back, with the value empty. */
static int check_same(const struct docker_secret_new *body, const struct secret *secret, struct error **err)
{
    bool driver = body->driver && !str_empty(body->driver->name) && strcmp(body->driver->name, secret->driver);
    if (driver || !str_empty(body->data) || !str_eq(body->name, secret->name))
        return error_set(err, ERROR_INVALID, 0, "%s: only updates to Labels are allowed",
                         driver ? "Driver" : !str_empty(body->data) ? "Data" : "Name");
    return 0;
}

static int post_update(struct call *call, struct error **err)
{
    const struct secret_update_params *p = call->params;
    const struct docker_secret_new *body = call->body;
    struct secret secret;
    if (!p->version)
        return error_set(err, ERROR_INVALID, 0, "version: missing: invalid secret version");
    if (unhonoured_refuse(docker_secret_new_schema(), body, "", NULL, err) < 0 ||
        secret_find(call->engine, call->arena, p->id, &secret, err) < 0 || check_same(body, &secret, err) < 0 ||
        secret_relabel(call->engine, secret.id, *p->version, &body->labels, err) < 0)
        return -1;
    return reply_empty(call, 200, err);
}

const struct route docker_secrets_update[] = {
    {
        ROUTE(POST, "/secrets/{id}/update"),
        .id = "SecretUpdate",
        .tag = "secrets",
        .summary = "Give a secret other labels; the rest of it stays as it is",
        .params = secret_update_params_table,
        .body_kind = BODY_JSON,
        .body = docker_secret_new_schema,
        .since = 25,
        .rights = "secrets:write",
        .handler = post_update,
        .responses = {
            { 200, NULL, "Changed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_SECRET, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
