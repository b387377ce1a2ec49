/* GET /libpod/secrets/json and GET /libpod/secrets/{name}/json */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/secrets.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/secret/secret.h"

#define DATA_MAX_BYTES (4u << 20) /* six bytes of JSON for a control character */

#define LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: id, name, label")
PARAMS(secret_list_params, LIST_PARAMS)

static struct libpod_secret show(const struct secret *secret)
{
    return (struct libpod_secret){
        .id = secret->id,
        .created = secret->created_unix_ns,
        .updated = secret->updated_unix_ns,
        .spec = {
            .name = secret->name,
            .driver = { .name = secret->driver, .options = secret->options },
            .labels = secret->labels,
        },
    };
}

static int get_list(struct call *call, struct error **err)
{
    const struct secret_list_params *p = call->params;
    struct secret *secrets;
    size_t count;
    if (secrets_asked(call, &p->filters, false, &secrets, &count, err) < 0)
        return -1;
    struct libpod_secret *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = show(&secrets[i]);
    return reply_list(call, 200, libpod_secret_schema(), shown, count, err);
}

#define INSPECT_PARAMS(P)                                                 \
    P(PATH, STR, name, "name", NULL, "Name or id of the secret")          \
    P(QUERY, BOOL, show_secret, "showsecret", "false", "The value too")
PARAMS(secret_inspect_params, INSPECT_PARAMS)

static int get_inspect(struct call *call, struct error **err)
{
    const struct secret_inspect_params *p = call->params;
    struct secret secret;
    const char *data = NULL;
    size_t len = 0;
    int rc = p->show_secret ? secret_load(call->engine, call->arena, p->name, &secret, &data, &len, err)
                            : secret_find(call->engine, call->arena, p->name, &secret, err);
    if (rc < 0)
        return -1;
    struct libpod_secret shown = show(&secret);
    autobuf text = BUF(DATA_MAX_BYTES);
    if (data) {
        schema_encode_bytes(&text, data, len);
        shown.data = buf_text(&text);
    }
    return reply(call, 200, libpod_secret_schema(), &shown, err);
}

const struct route libpod_secrets_json[] = {
    {
        ROUTE(GET, "/libpod/secrets/json"),
        .id = "SecretListLibpod",
        .tag = "secrets",
        .summary = "List secrets, oldest first",
        .params = secret_list_params_table,
        .rights = "secrets:read",
        .handler = get_list,
        .responses = { { 200, libpod_secret_schema, "The secrets", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    {
        ROUTE(GET, "/libpod/secrets/{name}/json"),
        .id = "SecretInspectLibpod",
        .tag = "secrets",
        .summary = "Everything about a secret, the value only when asked for",
        .params = secret_inspect_params_table,
        .rights = "secrets:read",
        .handler = get_inspect,
        .responses = { { 200, libpod_secret_schema, "The secret", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_SECRET, INTERNAL_ERROR },
    },
    { 0 },
};
