/* POST /secrets/create */
#include <string.h>

#include "api/call.h"
#include "api/docker/secrets_tables.h"
#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/error.h"
#include "core/secret/secret.h"

static int post_create(struct call *call, struct error **err)
{
    const struct docker_secret_new *body = call->body;
    struct docker_secret_created created = { 0 };
    struct secret_wish wish = { .name = body->name, .labels = body->labels };
    if (unhonoured_refuse(docker_secret_new_schema(), body, "", NULL, err) < 0)
        return -1;
    if (body->driver) {
        wish.driver = body->driver->name;
        wish.options = body->driver->options;
    }
    wish.data = str_base64_decode(call->arena, str_or(body->data, ""), &wish.len);
    if (!wish.data)
        return error_set(err, ERROR_INVALID, 0, "Data: not base64: expected the value in the standard or the URL's alphabet");
    if (secret_create(call->engine, call->arena, &wish, &created.id, err) < 0)
        return -1;
    return reply(call, 201, docker_secret_created_schema(), &created, err);
}

const struct route docker_secrets_create[] = {
    {
        ROUTE(POST, "/secrets/create"),
        .id = "SecretCreate",
        .tag = "secrets",
        .summary = "Make a secret; no swarm is needed",
        .body_kind = BODY_JSON,
        .body = docker_secret_new_schema,
        .since = 25,
        .rights = "secrets:write",
        .handler = post_create,
        .responses = {
            { 201, docker_secret_created_schema, "The secret", REPLY_OBJECT, NULL }, BAD_PARAMETER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
