#include "server/body.h"

#include <ctype.h>
#include <string.h>

#include "core/base/error.h"
#include "server/connection.h"
#include "server/head.h"

#define MAX_CHUNK_LINE 256
#define MAX_TRAILER_BYTES 8192
#define MAX_DROPPED (256u << 10)
#define COMPACT_AT 8192

void body_open(struct body *body, struct connection *connection, const struct head *head)
{
    *body = (struct body){
        .connection = connection,
        .chunked = head->chunked,
        .left = head->length > 0 ? (unsigned long long)head->length : 0,
        .done = !head->chunked && head->length <= 0,
        .expects_continue = head->expect_continue,
    };
}

static int broken(struct body *body, const char *why, struct error **err)
{
    body->broken = true;
    return error_set(err, ERROR_INVALID, 0, "body: %s", why);
}

static int cut_short(struct body *body, struct error **err)
{
    body->broken = true;
    return error_set(err, ERROR_CANCELLED, 0, "the client left in the middle of its request");
}

void body_say_continue(struct body *body)
{
    static const char word[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (body->expects_continue && !body->done)
        buf_append(&body->connection->out, word, sizeof word - 1);
    body->expects_continue = false;
}

/* What was used goes before more comes: long bodies pass through the buffer. */
static int receive(struct body *body, struct error **err)
{
    struct connection *connection = body->connection;
    if (connection->used >= COMPACT_AT || !connection_pending(connection)) {
        buf_drop_front(&connection->in, connection->used);
        connection->used = 0;
    }
    return connection_receive(connection) > 0 ? 0 : cut_short(body, err);
}

static bool is_text(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
            return false;
    return true;
}

/* One line ended by CRLF, without it; it stays valid until more is received. */
static int take_line(struct body *body, size_t max, const char **ret_line, size_t *ret_len, struct error **err)
{
    struct connection *connection = body->connection;
    for (;;) {
        size_t pending = connection_pending(connection);
        const char *start = buf_text(&connection->in) + connection->used;
        const char *end = memchr(start, '\n', pending < max + 2 ? pending : max + 2);
        if (end) {
            if (end == start || end[-1] != '\r' || !is_text(start, (size_t)(end - start) - 1))
                return broken(body, "a line between chunks that is not text ended by CRLF", err);
            *ret_line = start;
            *ret_len = (size_t)(end - start) - 1;
            connection->used += (size_t)(end - start) + 1;
            return 0;
        }
        if (pending >= max + 2)
            return broken(body, "a line between chunks is too long", err);
        if (receive(body, err) < 0)
            return -1;
    }
}

static int take_size(struct body *body, struct error **err)
{
    const char *line;
    size_t len, digits = 0;
    unsigned long long size = 0;
    if (take_line(body, MAX_CHUNK_LINE, &line, &len, err) < 0)
        return -1;
    for (; digits < len && isxdigit((unsigned char)line[digits]); digits++)
        size = size * 16 +
               (unsigned)(isdigit((unsigned char)line[digits]) ? line[digits] - '0' : (line[digits] | 0x20) - 'a' + 10);
    if (!digits || digits > 15 || (digits < len && line[digits] != ';'))
        return broken(body, "a chunk's size is not a hexadecimal number", err);
    body->left = size;
    body->in_chunk = size > 0;
    return 0;
}

static int take_trailers(struct body *body, struct error **err)
{
    size_t total = 0, len;
    const char *line;
    do {
        if (take_line(body, MAX_TRAILER_BYTES, &line, &len, err) < 0)
            return -1;
        total += len + 2;
        if (total > MAX_TRAILER_BYTES)
            return broken(body, "the trailers are too long", err);
    } while (len);
    body->done = true;
    return 0;
}

static int end_chunk(struct body *body, struct error **err)
{
    const char *line;
    size_t len;
    if (take_line(body, 0, &line, &len, err) < 0)
        return -1;
    body->in_chunk = false;
    return 0;
}

/* From the buffer what is there; else straight from the socket to where it is wanted. */
static long take_bytes(struct body *body, void *into, size_t len, struct error **err)
{
    struct connection *connection = body->connection;
    size_t pending = connection_pending(connection);
    len = len < body->left ? len : (size_t)body->left;
    if (pending) {
        len = len < pending ? len : pending;
        memcpy(into, connection->in.data + connection->used, len);
        connection->used += len;
        return (long)len;
    }
    ssize_t n = connection_receive_into(connection, into, len);
    return n > 0 ? n : cut_short(body, err);
}

long body_take(struct body *body, void *into, size_t len, struct error **err)
{
    if (body->broken)
        return broken(body, "it ended early", err);
    if (body->done || !len)
        return 0;
    body_say_continue(body);
    if (connection_flush(body->connection, err) < 0)
        return -1;
    if (body->chunked && !body->in_chunk) {
        if (take_size(body, err) < 0)
            return -1;
        if (!body->in_chunk)
            return take_trailers(body, err);
    }
    long n = take_bytes(body, into, len, err);
    if (n < 0)
        return -1;
    body->left -= (unsigned long long)n;
    if (!body->left && body->chunked && end_chunk(body, err) < 0)
        return -1;
    if (!body->left && !body->chunked)
        body->done = true;
    return n;
}

bool body_withhold_continue(struct body *body)
{
    bool waits = body->expects_continue && !body->done;
    body->expects_continue = false;
    body->broken |= waits;
    return waits;
}

bool body_is_long(const struct body *body)
{
    return !body->done && !body->chunked && body->left > MAX_DROPPED;
}

bool body_finish(struct body *body)
{
    char chunk[8192];
    size_t dropped = 0;
    autoerror *ignored = NULL;
    while (!body->done && !body->broken && dropped < MAX_DROPPED && !body_is_long(body)) {
        long n = body_take(body, chunk, sizeof chunk, &ignored);
        if (n < 0)
            return false;
        dropped += (size_t)n;
    }
    return body->done && !body->broken;
}
