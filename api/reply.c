#include "api/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/policy/audit_call.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"

#define REPLY_MAX_BYTES ((size_t)256 << 20)
#define MEDIA_JSON "application/json"
#define LIST_PART ((size_t)64 << 10) /* of a long list is sent at a time: what fits the processor's caches is faster */

/* ---- what the route declares ---- */

static bool is_spec(const struct route *route, size_t i)
{
    return i < ROUTE_MAX_REPLIES && route->responses[i].status;
}

static const struct reply_spec *find_shape(const struct route *route, int status, enum reply_shape shape)
{
    for (size_t i = 0; is_spec(route, i); i++)
        if (route->responses[i].status == status && route->responses[i].shape == shape)
            return &route->responses[i];
    return NULL;
}

static const struct reply_spec *find_schema(const struct route *route, int status, enum reply_shape shape,
                                            const struct schema *schema)
{
    for (size_t i = 0; is_spec(route, i); i++) {
        const struct reply_spec *spec = &route->responses[i];
        if (spec->status == status && spec->shape == shape && spec->schema && spec->schema() == schema)
            return spec;
    }
    return NULL;
}

bool reply_is_declared(const struct route *route, int status)
{
    static const int everywhere[] = { 400, 403, 413, 500, 501, 503, 504 };
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
        if (status == everywhere[i])
            return true;
    for (size_t i = 0; is_spec(route, i); i++)
        if (route->responses[i].status == status)
            return true;
    return false;
}

int reply_undeclared(struct call *call, int status, const char *what, struct error **err)
{
#ifdef CORACLE_TEST_BUILD
    fprintf(stderr, "%s %s answers %d (%s), which %s does not declare\n", call->route->method, call->route->path,
            status, what, call->route->file);
    abort();
#endif
    return error_set(err, ERROR_INTERNAL, 0, "%s %s answers %d (%s), which it does not declare", call->route->method,
                     call->route->path, status, what);
}

/* ---- heads and bodies ---- */

int reply_head(struct call *call, int status, const char *content_type, long long length, struct error **err)
{
    call->begun = true; /* also when it fails: half a head cannot be taken back */
    call->status = status;
    audit_call(call);
    return call->ops->begin(call, status, content_type, length, err);
}

static bool is_head(const struct call *call)
{
    return call->route && !strcmp(call->route->method, "HEAD");
}

int reply_body(struct call *call, int status, const char *content_type, const char *data, size_t len,
               struct error **err)
{
    if (is_head(call))
        len = 0;
    if (reply_head(call, status, content_type, (long long)len, err) < 0)
        return -1;
    return len ? call->ops->write(call, data, len, err) : 0;
}

static int send_json(struct call *call, int status, struct buf *text, struct error **err)
{
    buf_putc(text, '\n');
    if (text->full)
        return error_set(err, ERROR_INTERNAL, 0, "the answer would be more than %zu bytes", text->max);
    return reply_body(call, status, MEDIA_JSON, text->data, text->len, err);
}

int reply(struct call *call, int status, const struct schema *schema, const void *object, struct error **err)
{
    if (!find_schema(call->route, status, REPLY_OBJECT, schema))
        return reply_undeclared(call, status, schema->name, err);
    autobuf text = BUF(REPLY_MAX_BYTES);
    schema_encode(&text, schema, object, call->level);
    return send_json(call, status, &text, err);
}

/* What a long list has so far; the first part sends the head. */
static int send_part(struct call *call, int status, struct buf *text, struct error **err)
{
    if (text->full)
        return error_set(err, ERROR_INTERNAL, 0, "the answer would be more than %zu bytes", text->max);
    if (!call->begun && reply_head(call, status, MEDIA_JSON, -1, err) < 0)
        return -1;
    int rc = is_head(call) ? 0 : call->ops->write(call, text->data, text->len, err);
    buf_clear(text);
    return rc;
}

int reply_list(struct call *call, int status, const struct schema *schema, const void *items, size_t count,
               struct error **err)
{
    if (!find_schema(call->route, status, REPLY_LIST, schema))
        return reply_undeclared(call, status, schema->name, err);
    autobuf text = BUF(REPLY_MAX_BYTES);
    buf_putc(&text, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_putc(&text, ',');
        schema_encode(&text, schema, (const char *)items + i * schema->size, call->level);
        if (text.len >= LIST_PART && i + 1 < count && send_part(call, status, &text, err) < 0)
            return -1;
    }
    buf_putc(&text, ']');
    if (!call->begun)
        return send_json(call, status, &text, err);
    buf_putc(&text, '\n');
    return send_part(call, status, &text, err);
}

int reply_empty(struct call *call, int status, struct error **err)
{
    if (!reply_is_declared(call->route, status))
        return reply_undeclared(call, status, "no body", err);
    return reply_head(call, status, NULL, 0, err);
}

int reply_text(struct call *call, int status, const char *content_type, const char *text, struct error **err)
{
    if (!reply_is_declared(call->route, status))
        return reply_undeclared(call, status, content_type, err);
    return reply_body(call, status, content_type, text, strlen(text), err);
}

int reply_json(struct call *call, int status, const char *json, struct error **err)
{
    return reply_text(call, status, MEDIA_JSON, json, err);
}

int reply_raw(struct call *call, int status, const char *content_type, long long length, struct error **err)
{
    if (!find_shape(call->route, status, REPLY_RAW))
        return reply_undeclared(call, status, content_type, err);
    return reply_head(call, status, content_type, length, err);
}

/* ---- streams ---- */

static int begin_stream(struct call *call, const struct reply_spec *spec, struct error **err)
{
    const char *media = spec->shape == REPLY_STREAM ? MEDIA_JSON : "application/octet-stream";
    if (call->raw_media)
        media = call->raw_media;
    else if (spec->media)
        media = spec->media;
    return reply_head(call, spec->status, media, -1, err);
}

int reply_next(struct call *call, const struct schema *schema, const void *object, struct error **err)
{
    const struct reply_spec *spec = find_schema(call->route, 200, REPLY_STREAM, schema);
    if (!spec)
        return reply_undeclared(call, 200, schema->name, err);
    autobuf text = BUF(REPLY_MAX_BYTES);
    schema_encode(&text, schema, object, call->level);
    buf_putc(&text, '\n');
    if (text.full)
        return error_set(err, ERROR_INTERNAL, 0, "a document of the answer would be more than %zu bytes", text.max);
    if (!call->begun && begin_stream(call, spec, err) < 0)
        return -1;
    return call->ops->write(call, text.data, text.len, err);
}

static const struct reply_spec *find_stream(const struct route *route)
{
    const struct reply_spec *spec = find_shape(route, 200, REPLY_STREAM);
    return spec ? spec : find_shape(route, 200, REPLY_RAW);
}

int reply_begin_stream(struct call *call, struct error **err)
{
    const struct reply_spec *spec = find_stream(call->route);
    if (!spec)
        return reply_undeclared(call, 200, "a stream", err);
    if (call->begun)
        return 0;
    if (begin_stream(call, spec, err) < 0)
        return -1;
    call->ops->wait(call, -1, 0); /* sends what a transport holds back; that the client left shows at the next write */
    return 0;
}

static int sink_write(void *context, const void *data, size_t len, struct error **err)
{
    struct call *call = context;
    if (!call->begun) {
        const struct reply_spec *spec = find_shape(call->route, 200, REPLY_RAW);
        if (!spec)
            spec = find_shape(call->route, 200, REPLY_STREAM);
        if (!spec)
            return reply_undeclared(call, 200, "bytes", err);
        if (begin_stream(call, spec, err) < 0)
            return -1;
    }
    return call->ops->write(call, data, len, err);
}

static bool sink_wait(void *context, int wake_fd, int timeout_ms)
{
    struct call *call = context;
    return call->ops->wait(call, wake_fd, timeout_ms);
}

void reply_make_sink(struct call *call)
{
    call->sink = (struct sink){ .context = call, .write = sink_write, .wait = sink_wait };
}

int reply_finish(struct call *call, struct error **err)
{
    if (call->begun)
        return 0;
    const struct reply_spec *spec = find_stream(call->route);
    return spec ? begin_stream(call, spec, err) : reply_undeclared(call, 0, "nothing", err);
}

/* ---- lists of a handler ---- */

void *call_grow(struct call *call, void *items, size_t count, size_t size)
{
    if (count & (count - 1)) /* room was doubled at the last power of two */
        return items;
    void *bigger = arena_array(call->arena, count ? count * 2 : 1, size);
    return count ? memcpy(bigger, items, count * size) : bigger;
}
