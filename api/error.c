#include "api/error.h"

#include <string.h>

#include "api/dispatch.h"
#include "api/reply.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MESSAGE_MAX_BYTES 16384

int api_status(const struct error *err)
{
    switch (err->kind) {
    case ERROR_INTERNAL: return 500;
    case ERROR_INVALID: return 400;
    case ERROR_UNAUTHORIZED: return 401;
    case ERROR_FORBIDDEN: return 403;
    case ERROR_NOT_FOUND: return 404;
    case ERROR_NOT_MODIFIED: return 304;
    case ERROR_CONFLICT: return 409;
    case ERROR_TOO_LARGE: return 413;
    case ERROR_UNSUPPORTED: return 501;
    case ERROR_UNAVAILABLE: return 503;
    case ERROR_TIMEOUT: return 504;
    case ERROR_CANCELLED: return 499; /* nobody is there to read it */
    }
    return 500;
}

/* What podman's clients look for in `cause`, and how podman says the rest; without @whole our own words stay. */
static const struct {
    enum error_kind kind;
    const char *noun, *cause, *whole;
} libpod_words[] = {
    { ERROR_NOT_FOUND, "container", "no such container", "no container with name or ID \"%s\" found" },
    { ERROR_NOT_FOUND, "exec", "no such exec session", "no exec session with ID %s found" },
    { ERROR_NOT_FOUND, "image", "image not known", "%s" },
    { ERROR_NOT_FOUND, "secret", "no such secret", "no secret with name or id \"%s\"" },
    { ERROR_NOT_FOUND, "volume", "no such volume", "no volume with name \"%s\" found" },
    { ERROR_CONFLICT, "container", "container state improper", NULL },
    { ERROR_CONFLICT, "endpoint", "network is already connected", NULL },
    { ERROR_CONFLICT, "exec", "exec session state improper", NULL },
    { ERROR_NOT_FOUND, "network", "network not found", "unable to find network with name or ID %s" },
    { ERROR_CONFLICT, "network", "network already exists", "network name %s already used" },
    { ERROR_CONFLICT, "network in use", "network is being used", NULL },
    { ERROR_CONFLICT, "secret", "secret name in use", "%s" },
    { ERROR_CONFLICT, "name", "that name is already in use", NULL },
    { ERROR_CONFLICT, "volume", "volume is being used", NULL },
    { ERROR_CONFLICT, "volume name", "volume already exists", NULL },
};

/* What a client sent comes back in messages: a megabyte of it helps nobody. */
static const char *cut(struct call *call, const char *text)
{
    size_t len = strnlen(text, MESSAGE_MAX_BYTES + 1);
    if (len <= MESSAGE_MAX_BYTES)
        return text;
    for (len = MESSAGE_MAX_BYTES; len && (text[len] & 0xc0) == 0x80; len--) /* not within a character */
        ;
    return arena_printf(call->arena, "%.*s...", (int)len, text);
}

static int send_error(struct call *call, int status, const char *whole_cause, const char *whole_message)
{
    autoerror *gone = NULL;
    const char *cause = cut(call, whole_cause), *message = cut(call, whole_message);
    autobuf text = BUF(16 * MESSAGE_MAX_BYTES); /* six bytes of JSON for a control character, twice */
    if (call->dialect == DIALECT_LIBPOD) {
        buf_puts(&text, "{\"cause\":");
        schema_encode_text(&text, cause);
        buf_puts(&text, ",\"message\":");
        schema_encode_text(&text, message);
        buf_printf(&text, ",\"response\":%d}\n", status);
    } else {
        buf_puts(&text, "{\"message\":");
        schema_encode_text(&text, message);
        buf_puts(&text, "}\n");
    }
    return reply_body(call, status, "application/json", text.data, text.len, &gone);
}

static int send_libpod_error(struct call *call, int status, const struct error *failure)
{
    size_t i = 0, count = sizeof libpod_words / sizeof *libpod_words;
    while (i < count && (failure->kind != libpod_words[i].kind || !str_eq(failure->noun, libpod_words[i].noun)))
        i++;
    if (i == count)
        return send_error(call, status, failure->cause, failure->message);
    autobuf message = BUF(64u << 20); /* longer than any body; cut when it is sent */
    size_t wrapped = strlen(failure->message) - strlen(failure->cause); /* what others put in front of the cause */
    buf_append(&message, failure->message, wrapped);
    if (libpod_words[i].whole)
        buf_puts(&message, arena_printf(call->arena, libpod_words[i].whole, failure->name));
    else
        buf_puts(&message, failure->cause);
    buf_printf(&message, ": %s", libpod_words[i].cause);
    return send_error(call, status, libpod_words[i].cause, buf_text(&message));
}

int error_reply(struct call *call, const struct error *failure)
{
    autoerror *wrong = NULL;
    int status = api_status(failure);
    if (call->route && !reply_is_declared(call->route, status)) {
        reply_undeclared(call, status, failure->message, &wrong);
        status = 500;
    }
    if (status == 304) {
        autoerror *gone = NULL;
        return reply_head(call, status, NULL, 0, &gone);
    }
    if (call->dialect == DIALECT_LIBPOD)
        return send_libpod_error(call, status, failure);
    return send_error(call, status, failure->cause, failure->message);
}

int error_reply_unrouted(struct call *call, int status)
{
    if (call->dialect == DIALECT_DOCKER)
        return send_error(call, status, "", "page not found");
    autoerror *gone = NULL;
    const char *text = status == 405 ? "Method Not Allowed\n" : "Not Found\n";
    call->ops->add_header(call, "X-Content-Type-Options", "nosniff");
    return reply_body(call, status, "text/plain; charset=utf-8", text, strlen(text), &gone);
}
