/* POST /libpod/secrets/create */
#include <string.h>

#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"
#include "core/secret/secret.h"

#define WORDS_MAX_BYTES (256u << 10)
#define READ_BYTES 65536

#define CREATE_PARAMS(P)                                                                                   \
    P(QUERY, STR, name, "name", NULL, "Name of the new secret")                                            \
    P(QUERY, STR, driver, "driver", NULL, "file, shell or pass; absent: as configured")                    \
    P(QUERY, STR, options, "driveropts", NULL, "The driver's options, a JSON object of texts")             \
    P(QUERY, STR, labels, "labels", NULL, "Labels, a JSON object of texts")                                \
    P(QUERY, BOOL, replace, "replace", "false", "Take the place of a secret of that name")                 \
    P(QUERY, BOOL, ignore, "ignore", "false", "A secret of that name is the answer")
PARAMS(secret_create_params, CREATE_PARAMS)

static int take_words(struct call *call, const char *field, const char *text, struct str_map *words, struct error **err)
{
    const struct schema_limits limits = { WORDS_MAX_BYTES, 3 };
    autoerror *fault = NULL;
    if (str_empty(text))
        return 0;
    const struct json *json = json_parse(call->arena, text, strlen(text), limits, &fault);
    if (json && json->kind == JSON_NULL_KIND)
        return 0;
    bool good = json && json->kind == JSON_OBJECT_KIND;
    for (size_t i = 0; good && i < json->count; i++) {
        good = json->members[i].value.kind == JSON_TEXT_KIND;
        if (good)
            str_map_set(call->arena, words, json->members[i].key, json->members[i].value.text);
    }
    if (good)
        return 0;
    return error_set(err, ERROR_INVALID, 0, "%s: \"%.200s\" is not a JSON object of texts such as {\"a\":\"b\"}", field, text);
}

/* Past the limit nothing is read: the size is refused by who makes the secret. */
static int read_value(struct call *call, struct buf *value, struct error **err)
{
    for (;;) {
        char piece[READ_BYTES];
        long len = call->ops->read(call, piece, sizeof piece, err);
        if (len > 0)
            buf_append(value, piece, (size_t)len);
        explicit_bzero(piece, sizeof piece);
        if (len <= 0)
            return (int)len;
        if (value->full)
            return error_set(err, ERROR_INVALID, 0, "data: secret data must be larger than 0 and less than %d bytes", SECRET_MAX_BYTES);
    }
}

static int make(struct call *call, struct secret_wish *wish, struct buf *value, const char **ret_id, struct error **err)
{
    if (read_value(call, value, err) < 0)
        return -1;
    wish->data = buf_text(value);
    wish->len = value->len;
    return secret_create(call->engine, call->arena, wish, ret_id, err);
}

static int post_create(struct call *call, struct error **err)
{
    const struct secret_create_params *p = call->params;
    struct libpod_secret_created created = { 0 };
    struct secret_wish wish = { .name = p->name, .driver = p->driver, .replace = p->replace, .ignore = p->ignore };
    if (take_words(call, "driveropts", p->options, &wish.options, err) < 0 ||
        take_words(call, "labels", p->labels, &wish.labels, err) < 0)
        return -1;
    autobuf value = BUF(SECRET_MAX_BYTES);
    int rc = make(call, &wish, &value, &created.id, err);
    if (value.data)
        explicit_bzero(value.data, value.cap);
    return rc < 0 ? -1 : reply(call, 200, libpod_secret_created_schema(), &created, err);
}

const struct route libpod_secrets_create[] = {
    {
        ROUTE(POST, "/libpod/secrets/create"),
        .id = "SecretCreateLibpod",
        .tag = "secrets",
        .summary = "Make a secret of the body's bytes",
        .params = secret_create_params_table,
        .body_kind = BODY_STREAM,
        .rights = "secrets:write",
        .handler = post_create,
        .responses = {
            { 200, libpod_secret_created_schema, "The secret", REPLY_OBJECT, NULL }, BAD_PARAMETER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
