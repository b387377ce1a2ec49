/* GET /secrets */
#include "api/call.h"
#include "api/docker/secrets/show.h"
#include "api/docker/secrets_tables.h"
#include "api/secrets.h"
#include "core/base/arena.h"
#include "core/secret/secret.h"

#define LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: id, name (their beginning), names, label")
PARAMS(secret_list_params, LIST_PARAMS)

static int get_list(struct call *call, struct error **err)
{
    const struct secret_list_params *p = call->params;
    struct secret *secrets;
    size_t count;
    if (secrets_asked(call, &p->filters, true, &secrets, &count, err) < 0)
        return -1;
    struct docker_secret *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = docker_show_secret(&secrets[i]);
    return reply_list(call, 200, docker_secret_schema(), shown, count, err);
}

const struct route docker_secrets[] = {
    {
        ROUTE(GET, "/secrets"),
        .id = "SecretList",
        .tag = "secrets",
        .summary = "List secrets, oldest first; no swarm is needed",
        .params = secret_list_params_table,
        .since = 25,
        .rights = "secrets:read",
        .handler = get_list,
        .responses = { { 200, docker_secret_schema, "The secrets", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
