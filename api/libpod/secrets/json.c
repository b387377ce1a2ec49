/* GET /libpod/secrets/json and GET /libpod/secrets/{name}/json */
#include <string.h>

#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/tables.h"
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
    struct secret_filters filters = { 0 };
    struct secret *secrets;
    size_t count;
    for (struct filter_term term = { 0 }; filters_next(&p->filters, &term);)
        if (secret_filter_add(call->arena, &filters, false, term.key, term.value, err) < 0)
            return -1;
    if (secret_list(call->engine, call->arena, &filters, &secrets, &count, err) < 0)
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

/* A value may hold zero bytes, which end texts here. */
static const char *quote(struct arena *arena, const char *data, size_t len)
{
    autobuf text = BUF(DATA_MAX_BYTES);
    buf_putc(&text, '"');
    for (const char *at = data, *end = data + len; at <= end; at += strlen(at) + 1) {
        autobuf piece = BUF(DATA_MAX_BYTES);
        schema_encode_text(&piece, at);
        buf_append(&text, piece.data + 1, piece.len - 2);
        if (at + strlen(at) < end)
            buf_puts(&text, "\\u0000");
    }
    buf_putc(&text, '"');
    return arena_strndup(arena, buf_text(&text), text.len);
}

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
    if (data)
        shown.data = quote(call->arena, data, len);
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
