#include "api/body.h"

#include <string.h>

#include "api/dispatch.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define BODY_CHUNK (16u << 10)

static bool is_json(const char *content_type)
{
    size_t len = strcspn(content_type, "; \t");
    return len == 16 && !strncasecmp(content_type, "application/json", 16);
}

/* libpod's server decodes whatever comes; Docker's insists, and its clients test for the words. */
static int check_content_type(const struct call *call, const struct request *request, struct error **err)
{
    const char *type = request->content_type ? request->content_type : "";
    if (call->dialect != DIALECT_DOCKER || is_json(type))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "unsupported Content-Type header (%s): must be 'application/json'", type);
}

static int read_all(struct call *call, struct buf *text, struct error **err)
{
    for (;;) {
        char *room = buf_reserve(text, BODY_CHUNK);
        if (!room)
            return error_set(err, ERROR_TOO_LARGE, 0, "body: more than %zu bytes of JSON", SCHEMA_LIMITS.max_bytes);
        long n = call->ops->read(call, room, BODY_CHUNK, err);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        text->len += (size_t)n;
    }
    text->data[text->len] = '\0';
    return 0;
}

static bool is_nothing(const struct buf *text)
{
    const char *at = buf_text(text);
    at += strspn(at, " \t\r\n");
    if (!strncmp(at, "null", 4))
        at += 4;
    at += strspn(at, " \t\r\n");
    return at == buf_text(text) + text->len;
}

int body_read(struct call *call, const struct request *request, struct error **err)
{
    const struct route *route = call->route;
    if (route->body_kind != BODY_JSON && route->body_kind != BODY_JSON_OPTIONAL)
        return 0;
    if (!request->has_body && route->body_kind == BODY_JSON_OPTIONAL)
        return 0;
    autobuf text = BUF(SCHEMA_LIMITS.max_bytes + BODY_CHUNK);
    if (request->has_body && read_all(call, &text, err) < 0)
        return -1;
    if (route->body_kind == BODY_JSON_OPTIONAL && is_nothing(&text))
        return 0;
    if (!text.len)
        return error_set(err, ERROR_INVALID, 0, "body: empty, expected a JSON object (%s)", route->body()->name);
    if (check_content_type(call, request, err) < 0)
        return -1;
    call->body = schema_decode(call->arena, route->body(), text.data, text.len, SCHEMA_LIMITS, &call->unknown, err);
    return call->body ? 0 : -1;
}
