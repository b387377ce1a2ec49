#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmd/coracle/client.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/str.h"

#define MAX_HEAD_BYTES 65536
#define MAX_REFUSAL_BYTES (1u << 20)

/* 1 more came, 0 the end, -1 with errno */
static int read_more(int fd, struct buf *into)
{
    char chunk[4096];
    ssize_t n;
    do
        n = read(fd, chunk, sizeof chunk);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        buf_append(into, chunk, (size_t)n);
    return n > 0 ? 1 : (int)n;
}

static int cut_off(const struct client *client, struct error **err)
{
    if (client->address.kind == ADDRESS_SSH)
        return error_set(err, ERROR_UNAVAILABLE, 0, "cannot connect to %s (from %s): ssh ended without an answer",
                         client->url, client->from);
    return error_set(err, ERROR_UNAVAILABLE, 0,
                     "talking to %s (from %s): the connection ended inside the answer's head", client->url,
                     client->from);
}

/* Reads up to the blank line; what follows stays in @early. */
static int read_head(const struct client *client, int fd, struct buf *early, char **ret_head, struct error **err)
{
    for (;;) {
        char *end = early->len ? memmem(early->data, early->len, "\r\n\r\n", 4) : NULL;
        if (end) {
            size_t len = (size_t)(end - early->data);
            *ret_head = arena_strndup(client->arena, early->data, len);
            buf_drop_front(early, len + 4);
            return 0;
        }
        if (early->len > MAX_HEAD_BYTES || read_more(fd, early) <= 0)
            return cut_off(client, err);
    }
}

/* Of the body; -1 when the head does not say. */
static int64_t content_length(const char *head)
{
    static const char name[] = "\r\nContent-Length:";
    const char *at = strcasestr(head, name);
    if (!at)
        return -1;
    char digits[24];
    at += strlen(name);
    at += strspn(at, " ");
    snprintf(digits, sizeof digits, "%.*s", (int)strcspn(at, "\r "), at);
    return str_to_int(digits);
}

/* The connection may stay open behind the answer: its length ends it. */
static int refused(const struct client *client, int fd, const char *head, struct buf *early, struct error **err)
{
    int status = 0;
    int64_t length = content_length(head);
    sscanf(head, "HTTP/1.%*d %d", &status);
    autobuf body = BUF(MAX_REFUSAL_BYTES);
    buf_append(&body, buf_text(early), early->len);
    while ((length < 0 || body.len < (size_t)length) && !body.full && read_more(fd, &body) > 0)
        ;
    return client_refusal(client, status, &body, err);
}

int client_hijack(const struct client *client, const char *path, const char *body, struct buf *early,
                  struct error **err)
{
    autofd fd = -1;
    if (client_dial(client, &fd, err) < 0)
        return -1;
    autobuf request = BUF(1u << 20);
    buf_printf(&request,
               "POST %s HTTP/1.1\r\nHost: coracle\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
               "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
               path, body ? strlen(body) : 0, body ? body : "");
    if (fd_write_all(fd, request.data, request.len, client->url, err) < 0)
        return -1;
    char *head = NULL;
    if (read_head(client, fd, early, &head, err) < 0)
        return -1;
    if (!str_starts(head, "HTTP/1.1 101") && !str_starts(head, "HTTP/1.1 200"))
        return refused(client, fd, head, early, err);
    return fd_take(&fd);
}
