#pragma once
/* What stands in for api/ in the tests of HTTP: api_dispatch() with a handful of targets. */
#include "test/unit/server/peer.h"

#include <stdatomic.h>

#include "api/dispatch.h"

#define LARGE_REPLY (3u << 20)

static atomic_int requests_seen;

static int reply_with(struct call *call, int status, const void *data, size_t len, struct error **err)
{
    if (call->ops->begin(call, status, "text/plain", (long long)len, err) < 0)
        return -1;
    return call->ops->write(call, data, len, err);
}

static int ping(struct call *call, struct error **err)
{
    return reply_with(call, 200, "OK", 2, err);
}

static int missing(struct call *call, struct error **err)
{
    return reply_with(call, 404, "nothing\n", 8, err);
}

static int nothing(struct call *call, struct error **err)
{
    return call->ops->begin(call, 204, NULL, 0, err);
}

/* The body as it came. */
static int echo(struct call *call, struct error **err)
{
    autobuf body = BUF(PEER_MAX_REPLY);
    for (;;) {
        char chunk[1000];
        long n = call->ops->read(call, chunk, sizeof chunk, err);
        if (n < 0) {
            autoerror *ignored = NULL;
            return (*err)->kind == ERROR_INVALID ? reply_with(call, 400, "bad body\n", 9, &ignored) : -1;
        }
        if (n == 0)
            return reply_with(call, 200, buf_text(&body), body.len, err);
        buf_append(&body, chunk, (size_t)n);
    }
}

/* Replies first, then reads: as a load that reports progress. */
static int eager(struct call *call, struct error **err)
{
    char chunk[1000];
    if (call->ops->begin(call, 200, "text/plain", -1, err) < 0 || call->ops->write(call, "reading ", 8, err) < 0)
        return -1;
    long n = call->ops->read(call, chunk, sizeof chunk, err);
    return n < 0 ? -1 : call->ops->write(call, chunk, (size_t)n, err);
}

static int stream(struct call *call, struct error **err)
{
    if (call->ops->begin(call, 200, "text/plain", -1, err) < 0)
        return -1;
    return call->ops->write(call, "one", 3, err) < 0 ? -1 : call->ops->write(call, "three", 5, err);
}

static int large(struct call *call, struct error **err)
{
    char *data = malloc(LARGE_REPLY);
    memset(data, 'x', LARGE_REPLY);
    int rc = call->ops->begin(call, 200, "text/plain", -1, err);
    rc = rc ? rc : call->ops->write(call, data, LARGE_REPLY, err);
    free(data);
    return rc;
}

/* Fails with half of its reply sent. */
static int broken(struct call *call, struct error **err)
{
    if (stream(call, err) < 0)
        return -1;
    return error_set(err, ERROR_INTERNAL, 0, "broken");
}

static int shorter(struct call *call, struct error **err)
{
    return call->ops->begin(call, 200, "text/plain", 10, err) < 0 ? -1 : call->ops->write(call, "four", 4, err);
}

static int longer(struct call *call, struct error **err)
{
    return call->ops->begin(call, 200, "text/plain", 2, err) < 0 ? -1 : call->ops->write(call, "four", 4, err);
}

/* Streams until the client leaves or the server drains. */
static int follow(struct call *call, struct error **err)
{
    if (call->ops->begin(call, 200, "text/plain", -1, err) < 0 || call->ops->write(call, "begun", 5, err) < 0)
        return -1;
    while (call->ops->wait(call, -1, -1))
        ;
    autoerror *gone = NULL;
    call->ops->write(call, "ended", 5, &gone);
    return 0;
}

/* Everything comes back until the client ends its input, then a last word. */
static int hijack(struct call *call, struct error **err)
{
    const void *early;
    size_t early_len;
    int fd;
    call->hijacked = true;
    if (call->ops->hijack(call, "application/vnd.docker.raw-stream", &fd, &early, &early_len, err) < 0)
        return -1;
    fd_write_all_raw(fd, early, early_len);
    char chunk[1000];
    for (ssize_t n; (n = recv(fd, chunk, sizeof chunk, 0)) > 0;)
        fd_write_all_raw(fd, chunk, (size_t)n);
    fd_write_all_raw(fd, "bye", 3);
    return 0;
}

static int headers(struct call *call, struct error **err)
{
    const char *asked = call->ops->header(call, "x-ask");
    call->ops->add_header(call, "X-Answer", asked ? asked : "none");
    call->ops->add_header(call, "X-Split", "a\r\nX-Injected: 1");
    return ping(call, err);
}

int api_dispatch(const struct api *api, const struct request *request, const struct call_ops *ops, void *transport,
                 struct arena *arena)
{
    static const struct {
        const char *target;
        int (*handler)(struct call *call, struct error **err);
    } targets[] = {
        { "/ping", ping },       { "/missing", missing }, { "/nothing", nothing }, { "/echo", echo },
        { "/eager", eager },     { "/stream", stream },   { "/large", large },     { "/broken", broken },
        { "/shorter", shorter }, { "/longer", longer },   { "/follow", follow },   { "/hijack", hijack },
        { "/headers", headers },
    };
    (void)api;
    atomic_fetch_add(&requests_seen, 1);
    autoerror *err = NULL;
    struct call call = { .arena = arena, .ops = ops, .transport = transport };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (!strcmp(targets[i].target, request->target))
            return targets[i].handler(&call, &err) < 0 || call.hijacked ? -1 : 0;
    return missing(&call, &err);
}
