#include "server/exchange.h"

#include <stdio.h>
#include <string.h>

#include "core/base/error.h"
#include "server/connection.h"
#include "server/drain.h"
#include "server/head.h"

#define COPY_MAX 4096 /* shorter pieces are copied behind what waits, longer ones sent from where they are */
#define FLUSH_AT 32768

const char *exchange_reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 204, "No Content" },
        { 304, "Not Modified" },
        { 404, "Not Found" },
        { 301, "Moved Permanently" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 417, "Expectation Failed" },
        { 431, "Request Header Fields Too Large" },
        { 499, "Client Closed Request" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].text;
    return "Status";
}

/* What the request leaves behind decides whether another can follow, and the head has to say so. */
static void settle_request(struct exchange *exchange, int status)
{
    if (status < 300)
        body_say_continue(&exchange->body);
    else
        exchange->close |= body_withhold_continue(&exchange->body);
    exchange->close |=
        exchange->body.broken || body_is_long(&exchange->body) || drain_begun(exchange->connection->drain);
}

static void settle_reply(struct exchange *exchange, int status, long long length)
{
    bool bodyless = status == 204 || status == 304;
    bool old = exchange->head->minor == 0;
    exchange->stream = length < 0 && !bodyless;
    exchange->chunked = exchange->stream && !old;
    exchange->close |= exchange->stream && old; /* HTTP/1.0 knows no other end of a stream */
    exchange->left = bodyless || length < 0 ? 0 : length;
}

static int begin(struct call *call, int status, const char *content_type, long long length, struct error **err)
{
    struct exchange *exchange = call->transport;
    struct buf *out = &exchange->connection->out;
    settle_request(exchange, status);
    settle_reply(exchange, status, length);
    buf_printf(out, "HTTP/1.1 %d %s\r\n", status, exchange_reason(status));
    buf_append(out, buf_text(exchange->fields), exchange->fields->len);
    if (content_type) {
        buf_puts(out, "Content-Type: ");
        buf_puts(out, content_type);
        buf_puts(out, "\r\n");
    }
    if (exchange->chunked)
        buf_puts(out, "Transfer-Encoding: chunked\r\n");
    else if (!exchange->stream && status != 204 && status != 304)
        buf_printf(out, "Content-Length: %lld\r\n", exchange->left);
    if (exchange->close)
        buf_puts(out, "Connection: close\r\n");
    else if (exchange->head->minor == 0)
        buf_puts(out, "Connection: keep-alive\r\n");
    buf_puts(out, "\r\n");
    if (out->full || exchange->fields->full)
        return error_set(err, ERROR_INTERNAL, 0, "the reply's head is too long");
    return 0;
}

/* A stream's piece goes out at once, in one system call with everything around it. */
static int write_stream(struct exchange *exchange, const void *data, size_t len, struct error **err)
{
    struct connection *connection = exchange->connection;
    const size_t tail = exchange->chunked ? 2 : 0;
    if (exchange->chunked) {
        char size[24];
        buf_append(&connection->out, size, (size_t)snprintf(size, sizeof size, "%zx\r\n", len));
    }
    if (len > COPY_MAX)
        return connection_send(connection, data, len, "\r\n", tail, err);
    buf_append(&connection->out, data, len);
    buf_append(&connection->out, "\r\n", tail);
    return connection_flush(connection, err);
}

/* A reply of known length goes out with its head, when the handler is done. */
static int write_counted(struct exchange *exchange, const void *data, size_t len, struct error **err)
{
    struct connection *connection = exchange->connection;
    if ((unsigned long long)exchange->left < len)
        return error_set(err, ERROR_INTERNAL, 0, "the reply is longer than it announced");
    exchange->left -= (long long)len;
    if (len > COPY_MAX)
        return connection_send(connection, data, len, NULL, 0, err);
    buf_append(&connection->out, data, len);
    return connection->out.len > FLUSH_AT ? connection_flush(connection, err) : 0;
}

static int write_body(struct call *call, const void *data, size_t len, struct error **err)
{
    struct exchange *exchange = call->transport;
    if (exchange->head_request || !len)
        return 0;
    return exchange->stream ? write_stream(exchange, data, len, err) : write_counted(exchange, data, len, err);
}

static long read_body(struct call *call, void *into, size_t len, struct error **err)
{
    struct exchange *exchange = call->transport;
    return body_take(&exchange->body, into, len, err);
}

static bool wait_for(struct call *call, int wake_fd, int timeout_ms)
{
    struct exchange *exchange = call->transport;
    return connection_wait(exchange->connection, wake_fd, timeout_ms);
}

/* What was not read of the body is HTTP's, not the stream's: nobody may take it for input. */
static int drop_body(struct exchange *exchange, struct error **err)
{
    if (body_finish(&exchange->body))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "body: too long or broken, in front of a raw stream");
}

static int hijack(struct call *call, const char *content_type, int *ret_fd, const void **ret_early,
                  size_t *ret_early_len, struct error **err)
{
    struct exchange *exchange = call->transport;
    struct connection *connection = exchange->connection;
    struct buf *out = &connection->out;
    const char *upgrade = exchange->head->upgrade;
    exchange->close = true;
    if (drop_body(exchange, err) < 0)
        return -1;
    buf_puts(out, upgrade ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n");
    if (content_type)
        buf_printf(out, "Content-Type: %s\r\n", content_type);
    if (upgrade)
        buf_printf(out, "Connection: Upgrade\r\nUpgrade: %s\r\n", upgrade);
    buf_append(out, buf_text(exchange->fields), exchange->fields->len);
    buf_puts(out, "\r\n");
    if (connection_flush(connection, err) < 0)
        return -1;
    *ret_fd = connection->fd;
    connection_take_over(connection, ret_early, ret_early_len);
    return 0;
}

static const char *get_header(struct call *call, const char *name)
{
    const struct exchange *exchange = call->transport;
    return head_field(exchange->head, name);
}

static void add_header(struct call *call, const char *name, const char *value)
{
    struct exchange *exchange = call->transport;
    for (const unsigned char *at = (const unsigned char *)value; *at; at++)
        if (*at < ' ' || *at == 0x7f)
            return;
    buf_puts(exchange->fields, name);
    buf_puts(exchange->fields, ": ");
    buf_puts(exchange->fields, value);
    buf_puts(exchange->fields, "\r\n");
}

const struct call_ops exchange_ops = {
    .begin = begin,
    .write = write_body,
    .read = read_body,
    .wait = wait_for,
    .hijack = hijack,
    .header = get_header,
    .add_header = add_header,
};

bool exchange_finish(struct exchange *exchange)
{
    autoerror *gone = NULL;
    if (exchange->chunked && !exchange->head_request)
        buf_puts(&exchange->connection->out, "0\r\n\r\n");
    bool whole = exchange->head_request || exchange->left == 0;
    return connection_flush(exchange->connection, &gone) == 0 && whole;
}
