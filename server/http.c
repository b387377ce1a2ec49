/* HTTP/1.x over one connection: requests one after the other. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "server/connection.h"
#include "server/exchange.h"
#include "server/head.h"

#define HEAD_SECONDS 60 /* from a head's first bytes to its last */
#define MAX_FIELD_BYTES 65536

/* Returns whether another request may follow. */
static bool serve_one(struct connection *connection, const struct head *head, struct arena *arena, struct buf *fields)
{
    struct exchange exchange = {
        .connection = connection,
        .head = head,
        .fields = fields,
        .head_request = !strcmp(head->method, "HEAD"),
        .close = head->close,
    };
    body_open(&exchange.body, connection, head);
    const struct request request = {
        .method = head->method,
        .target = head->target,
        .has_body = !exchange.body.done,
        .content_type = head_field(head, "Content-Type"),
    };
    buf_clear(fields);
    if (api_dispatch(connection->api, &request, &exchange_ops, &exchange, arena) < 0) {
        buf_clear(&connection->out); /* a stream that failed must not look finished */
        return false;
    }
    if (!exchange_finish(&exchange))
        return false;
    bool unread = !exchange.close ? !body_finish(&exchange.body) : !exchange.body.done;
    if (unread)
        connection_linger(connection);
    return !exchange.close && !unread;
}

static void refuse(struct connection *connection, int status, const char *why)
{
    autoerror *gone = NULL;
    char body[256];
    int len = snprintf(body, sizeof body, "{\"message\":\"%s\"}\n", why);
    for (char *at = body + strlen("{\"message\":\""); at < body + len - strlen("\"}\n"); at++)
        if (*at == '"')
            *at = '\'';
    buf_printf(&connection->out,
               "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
               status, exchange_reason(status), len, body);
    if (connection_flush(connection, &gone) == 0)
        connection_linger(connection);
}

/* The buffer moves while a body is received; the head's texts must not. */
static void keep_head(struct head *head, struct arena *arena, const char *data, size_t len)
{
    char *copy = memcpy(arena_zalloc(arena, len), data, len);
    head->method = copy + (head->method - data);
    head->target = copy + (head->target - data);
    for (size_t i = 0; i < head->field_count; i++) {
        head->fields[i].name = copy + (head->fields[i].name - data);
        head->fields[i].value = copy + (head->fields[i].value - data);
    }
    if (head->upgrade)
        head->upgrade = copy + (head->upgrade - data);
}

/* A browser shows its certificate for every page that asks: only one of our own address may, and we have none. */
static bool is_of_foreign_page(const struct connection *connection, const struct head *head)
{
    static const char scheme[] = "https://";
    const char *origin = connection->secure ? head_field(head, "Origin") : NULL, *host = head_field(head, "Host");
    return origin && !(host && str_starts(origin, scheme) && !strcasecmp(origin + strlen(scheme), host));
}

/* Brings one head in; false: the connection ends. */
static bool next_head(struct connection *connection, struct head *head, struct arena *arena)
{
    struct head_progress progress = { 0 };
    int64_t deadline = 0;
    for (;;) {
        struct buf *in = &connection->in;
        const char *why = NULL;
        size_t consumed = 0;
        int status = in->len ? head_parse(in->data, in->len, &progress, head, &consumed, &why) : 0;
        if (status == 200 && is_of_foreign_page(connection, head)) {
            status = 403;
            why = "Origin: requests of pages of another address are refused";
        }
        if (status == 200) {
            keep_head(head, arena, in->data, consumed);
            connection->used = consumed;
            return true;
        }
        if (status) {
            refuse(connection, status, why);
            return false;
        }
        if (in->len && !deadline)
            deadline = clock_monotonic() + HEAD_SECONDS * CLOCK_SECOND;
        if (connection_await(connection, deadline) <= 0)
            return false;
    }
}

void http_serve(struct connection *connection)
{
    autoarena *arena = arena_new();
    autobuf fields = BUF(MAX_FIELD_BYTES);
    struct head head;
    while (next_head(connection, &head, arena) && serve_one(connection, &head, arena, &fields)) {
        connection_forget_used(connection);
        arena_reset(arena);
    }
}
