#pragma once
/*
 * A transport in memory, for tests of handlers and of what is around them. Each program includes it once.
 *
 *   struct memory m = memory_open(engine);
 *   assert_int_equal(memory_get(&m, "/v1.41/containers/json?all=1"), 200);
 *   assert_non_null(strstr(memory_body(&m), "\"Id\":"));
 *   memory_close(&m);
 *
 * Each call forgets the reply before it. Request bodies arrive a few bytes at a time, as they may from a socket. A test
 * that wants routes of its own defines api_routes itself; the linker then leaves api/routes.c out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "api/dispatch.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MEMORY_READ_CHUNK 7

struct memory {
    struct api api;
    struct arena *arena;
    /* the request; set before memory_send(), which the short forms do */
    const char *body;
    size_t body_len, body_read;
    const char *content_type;
    struct str_map headers;
    bool client_leaves; /* the next write fails as if the client had left */
    /* the reply */
    int status;               /* 0: none was begun */
    const char *reply_type;   /* NULL: none */
    long long reply_length;   /* as begun */
    struct buf reply;
    struct str_map reply_headers;
    size_t writes;
    bool open;                /* the connection may go on */
    int peer;                 /* the client's end after a hijack, else -1 */
};

static inline int memory_begin(struct call *call, int status, const char *content_type, long long length,
                               struct error **err)
{
    (void)err;
    struct memory *m = call->transport;
    assert_int_equal(m->status, 0); /* one head for each call */
    m->status = status;
    m->reply_type = arena_strdup(m->arena, content_type);
    m->reply_length = length;
    return 0;
}

static inline int memory_write(struct call *call, const void *data, size_t len, struct error **err)
{
    struct memory *m = call->transport;
    assert_int_not_equal(m->status, 0); /* a head comes first */
    if (m->client_leaves)
        return error_set(err, ERROR_CANCELLED, 0, "the client left");
    m->writes++;
    buf_append(&m->reply, data, len);
    return 0;
}

static inline long memory_read(struct call *call, void *into, size_t len, struct error **err)
{
    (void)err;
    struct memory *m = call->transport;
    size_t left = m->body_len - m->body_read;
    size_t n = left < len ? left : len;
    if (n > MEMORY_READ_CHUNK && m->body_len < 4096)
        n = MEMORY_READ_CHUNK;
    if (n)
        memcpy(into, m->body + m->body_read, n);
    m->body_read += n;
    return (long)n;
}

static inline bool memory_wait(struct call *call, int wake_fd, int timeout_ms)
{
    (void)call, (void)wake_fd, (void)timeout_ms;
    return false; /* the client leaves rather than wait */
}

static inline int memory_hijack(struct call *call, const char *content_type, int *ret_fd, const void **ret_early,
                                size_t *ret_early_len, struct error **err)
{
    struct memory *m = call->transport;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set(err, ERROR_INTERNAL, 0, "no socket pair");
    m->status = 101;
    m->reply_type = arena_strdup(m->arena, content_type);
    m->peer = ends[1];
    *ret_fd = ends[0]; /* borrowed by the handler; the test's end sees it close with the program */
    *ret_early = "";
    *ret_early_len = 0;
    return 0;
}

static inline const char *memory_find(const struct str_map *headers, const char *name)
{
    for (size_t i = 0; i < headers->count; i++)
        if (!strcasecmp(headers->items[i].key, name))
            return headers->items[i].value;
    return NULL;
}

static inline const char *memory_request_header(struct call *call, const char *name)
{
    return memory_find(&((struct memory *)call->transport)->headers, name);
}

static inline void memory_add_header(struct call *call, const char *name, const char *value)
{
    struct memory *m = call->transport;
    assert_int_equal(m->status, 0); /* too late after the head */
    str_map_set(m->arena, &m->reply_headers, arena_strdup(m->arena, name), arena_strdup(m->arena, value));
}

static inline struct memory memory_open(struct engine *engine)
{
    return (
        struct memory){ .api = { .engine = engine }, .arena = arena_new(), .reply = BUF((size_t)64 << 20), .peer = -1 };
}

static inline void memory_close(struct memory *m)
{
    if (m->peer >= 0)
        close(m->peer);
    buf_free(&m->reply);
    arena_free(m->arena);
}

/* Returns the status. */
static inline int memory_send(struct memory *m, const char *method, const char *target)
{
    static const struct call_ops ops = {
        .begin = memory_begin,   .write = memory_write,           .read = memory_read,
        .wait = memory_wait,     .hijack = memory_hijack,         .header = memory_request_header,
        .add_header = memory_add_header,
    };
    struct request request = {
        .method = method, .target = target, .has_body = m->body_len > 0, .content_type = m->content_type
    };
    m->status = 0;
    m->reply_type = NULL;
    m->reply_length = 0;
    m->reply_headers = (struct str_map){ 0 };
    m->writes = 0;
    m->body_read = 0;
    buf_clear(&m->reply);
    m->open = api_dispatch(&m->api, &request, &ops, m, m->arena) == 0;
    m->body = NULL;
    m->body_len = 0;
    m->content_type = NULL;
    m->headers = (struct str_map){ 0 };
    return m->status;
}

static inline int memory_get(struct memory *m, const char *target)
{
    return memory_send(m, "GET", target);
}

/* @json: the body, or NULL for none */
static inline int memory_post(struct memory *m, const char *target, const char *json)
{
    m->body = json;
    m->body_len = json ? strlen(json) : 0;
    m->content_type = json ? "application/json" : NULL;
    return memory_send(m, "POST", target);
}

static inline int memory_delete(struct memory *m, const char *target)
{
    return memory_send(m, "DELETE", target);
}

/* Of the next request. */
static inline void memory_set_header(struct memory *m, const char *name, const char *value)
{
    str_map_set(m->arena, &m->headers, name, value);
}

static inline const char *memory_body(const struct memory *m)
{
    return buf_text(&m->reply);
}

/* A reply header; NULL when absent. */
static inline const char *memory_header(const struct memory *m, const char *name)
{
    return memory_find(&m->reply_headers, name);
}
