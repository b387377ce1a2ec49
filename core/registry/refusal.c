#include "core/registry/refusal.h"

#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/registry/exchange.h"
#include "core/schema/json.h"

#define MAX_WORDS 65536
#define MAX_SHOWN 300

/* {"errors":[{"code","message"}]}, or text that can be shown as it is. */
static const char *words_of(struct arena *arena, const struct buf *body)
{
    autoerror *none = NULL;
    const struct json *document = json_parse(arena, buf_text(body), body->len, SCHEMA_LIMITS, &none);
    const struct json *errors = json_get(document, "errors");
    struct str_list texts = { 0 };
    for (size_t i = 0; errors && errors->kind == JSON_LIST_KIND && i < errors->count; i++) {
        const char *message = json_get_text(&errors->members[i].value, "message");
        const char *code = json_get_text(&errors->members[i].value, "code");
        str_list_add(arena, &texts, str_or(message, str_or(code, "no reason given")));
    }
    if (texts.count)
        return str_join(arena, &texts, ", ");
    const char *text = str_or(json_get_text(document, "details"), json_get_text(document, "message"));
    if (!str_empty(text))
        return text;
    for (size_t i = 0; i < body->len; i++)
        if (!isprint((unsigned char)body->data[i]) && !isspace((unsigned char)body->data[i]))
            return "";
    size_t len = body->len < MAX_SHOWN ? body->len : MAX_SHOWN;
    while (len && isspace((unsigned char)body->data[len - 1]))
        len--;
    return document || !len || *body->data == '<' ? "" : arena_strndup(arena, body->data, len);
}

static enum error_kind kind_of(int status)
{
    switch (status) {
    case 400: return ERROR_INVALID;
    case 401: return ERROR_UNAUTHORIZED;
    case 403: return ERROR_FORBIDDEN;
    case 404: return ERROR_NOT_FOUND;
    default: return ERROR_UNAVAILABLE;
    }
}

static const char *plain_words(int status)
{
    switch (status) {
    case 401: return "unauthorized: authentication required";
    case 403: return "denied: access to the resource is denied";
    case 404: return "not found";
    case 429: return "too many requests";
    default: return "no reason given";
    }
}

int refusal_read(struct exchange *exchange, const struct exchange_answer *answer, struct error **err)
{
    autoarena *arena = arena_new();
    autobuf body = BUF(MAX_WORDS);
    autoerror *none = NULL;
    for (char *room; (room = buf_reserve(&body, 4096));) {
        long n = exchange_read(exchange, room, 4096, &none);
        if (n <= 0)
            break;
        body.len += (size_t)n;
    }
    if (none && none->kind == ERROR_CANCELLED)
        return error_set(err, ERROR_CANCELLED, 0, "cancelled");
    const char *words = words_of(arena, &body);
    return error_set(err, kind_of(answer->status), 0, "%s (the registry answers %d)",
                     *words ? words : plain_words(answer->status), answer->status);
}
