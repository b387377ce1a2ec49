#pragma once
/*
 * A registry that says what a test wants, on a port of loopback: rules are tried in their order, the first that fits
 * answers, and what was asked is written down. What no rule speaks of is a 404.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"

#define FAKE_RULES 256
#define FAKE_CONNECTIONS 256

struct fake_rule {
    const char *path;    /* without the query */
    const char *unless;  /* fits only when Authorization is not this */
    int status;          /* 0: 200 */
    const char *headers; /* whole lines with \r\n; NULL: none */
    const void *body;
    size_t len;       /* 0: strlen(body) */
    size_t cut;       /* breaks off after so many bytes; 0: does not */
    int times;        /* how often it answers; 0: always */
    bool no_ranges;   /* sends all whatever is asked for */
    size_t junk_from; /* bytes from here on are wrong; 0: none */
};

struct fake {
    int listener;
    unsigned port;
    char host[32]; /* "127.0.0.1:PORT" */
    pthread_t acceptor;
    pthread_mutex_t lock; /* of what follows */
    struct fake_rule rules[FAKE_RULES];
    size_t rule_count;
    struct buf log; /* "GET /path authorization range" a line */
    pthread_t threads[FAKE_CONNECTIONS];
    int sockets[FAKE_CONNECTIONS];
    size_t connections;
    int open, most_open; /* blobs being sent */
};

struct fake_request {
    char method[8], target[2048], path[2048], authorization[2048];
    long range, length;
};

struct fake_connection {
    struct fake *fake;
    int socket;
};

static inline struct fake_rule *fake_add(struct fake *fake, struct fake_rule rule)
{
    pthread_mutex_lock(&fake->lock);
    if (fake->rule_count == FAKE_RULES)
        abort();
    if (!rule.len && rule.body)
        rule.len = strlen(rule.body);
    struct fake_rule *added = &fake->rules[fake->rule_count++];
    *added = rule;
    pthread_mutex_unlock(&fake->lock);
    return added;
}

static inline bool fake_read_line(FILE *from, char *line, size_t size)
{
    if (!fgets(line, (int)size, from))
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static inline bool fake_read_request(FILE *from, struct fake_request *request)
{
    char line[8192];
    *request = (struct fake_request){ .range = -1 };
    if (!fake_read_line(from, line, sizeof line) || sscanf(line, "%7s %2047s", request->method, request->target) != 2)
        return false;
    snprintf(request->path, sizeof request->path, "%.*s", (int)strcspn(request->target, "?"), request->target);
    while (fake_read_line(from, line, sizeof line) && *line) {
        if (!strncasecmp(line, "Authorization: ", 15))
            sscanf(line + 15, "%2047[^\n]", request->authorization);
        sscanf(line, "Range: bytes=%ld-", &request->range);
        sscanf(line, "Content-Length: %ld", &request->length);
    }
    return true;
}

/* Takes the rule that fits, as a copy. */
static inline struct fake_rule fake_choose(struct fake *fake, const struct fake_request *request, const char *form)
{
    struct fake_rule chosen = { .status = 404,
                                .body = "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"not here\"}]}" };
    chosen.len = strlen(chosen.body);
    pthread_mutex_lock(&fake->lock);
    buf_printf(&fake->log, "%s %s", request->method, request->target);
    if (*request->authorization)
        buf_printf(&fake->log, " %s", request->authorization);
    if (request->range >= 0)
        buf_printf(&fake->log, " from %ld", request->range);
    buf_printf(&fake->log, "%s%s\n", *form ? " " : "", form);
    for (size_t i = 0; i < fake->rule_count; i++) {
        struct fake_rule *rule = &fake->rules[i];
        if (strcmp(rule->path, request->path) || rule->times < 0 ||
            (rule->unless && !strcmp(rule->unless, request->authorization)))
            continue;
        chosen = *rule;
        if (rule->times && --rule->times == 0)
            rule->times = -1;
        break;
    }
    pthread_mutex_unlock(&fake->lock);
    return chosen;
}

static inline bool fake_send(int socket, const void *data, size_t len)
{
    for (const char *at = data; len;) {
        ssize_t n = send(socket, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static inline bool fake_answer(int socket, const struct fake_rule *rule, const struct fake_request *request)
{
    int status = rule->status ? rule->status : 200;
    size_t from = status == 200 && request->range > 0 && !rule->no_ranges ? (size_t)request->range : 0;
    size_t len = rule->len - from, sent = rule->cut && rule->cut < len ? rule->cut : len;
    autobuf out = BUF(64u << 20);
    buf_printf(&out, "HTTP/1.1 %d Said\r\nContent-Length: %zu\r\n%s", from ? 206 : status, len,
               rule->headers ? rule->headers : "");
    if (from)
        buf_printf(&out, "Content-Range: bytes %zu-%zu/%zu\r\n", from, rule->len - 1, rule->len);
    buf_puts(&out, "\r\n");
    size_t head = out.len;
    if (rule->body)
        buf_append(&out, (const char *)rule->body + from, sent);
    for (size_t i = rule->junk_from; rule->junk_from && i < sent; i++)
        out.data[head + i] ^= 0x55;
    return fake_send(socket, out.data, out.len) && sent == len;
}

static inline void *fake_serve(void *context)
{
    struct fake_connection *connection = context;
    struct fake *fake = connection->fake;
    FILE *from = fdopen(dup(connection->socket), "r");
    struct fake_request request;
    char first = 0;
    if (recv(connection->socket, &first, 1, MSG_PEEK) == 1 && first == 0x16) { /* TLS begins so */
        static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
        fake_send(connection->socket, answer, sizeof answer - 1);
    }
    while (first != 0x16 && from && fake_read_request(from, &request)) {
        char form[4096] = "";
        if (request.length > 0 && request.length < (long)sizeof form)
            form[fread(form, 1, (size_t)request.length, from)] = '\0';
        struct fake_rule rule = fake_choose(fake, &request, form);
        bool blob = strstr(request.path, "/blobs/");
        pthread_mutex_lock(&fake->lock);
        fake->open += blob;
        fake->most_open = fake->open > fake->most_open ? fake->open : fake->most_open;
        pthread_mutex_unlock(&fake->lock);
        bool whole = fake_answer(connection->socket, &rule, &request);
        pthread_mutex_lock(&fake->lock);
        fake->open -= blob;
        pthread_mutex_unlock(&fake->lock);
        if (!whole)
            break;
    }
    if (from)
        fclose(from);
    shutdown(connection->socket, SHUT_RDWR);
    free(connection);
    return NULL;
}

static inline void *fake_accept(void *context)
{
    struct fake *fake = context;
    for (int socket; (socket = accept(fake->listener, NULL, NULL)) >= 0;) {
        struct fake_connection *connection = mem_alloc(sizeof *connection);
        *connection = (struct fake_connection){ fake, socket };
        size_t number = fake->connections++;
        if (number == FAKE_CONNECTIONS || pthread_create(&fake->threads[number], NULL, fake_serve, connection))
            abort();
        fake->sockets[number] = socket;
    }
    return NULL;
}

static inline struct fake *fake_start(void)
{
    struct fake *fake = mem_zalloc(sizeof *fake);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof address;
    fake->log = BUF(1 << 20);
    pthread_mutex_init(&fake->lock, NULL);
    fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fake->listener < 0 || bind(fake->listener, (struct sockaddr *)&address, len) < 0 ||
        listen(fake->listener, 64) < 0 || getsockname(fake->listener, (struct sockaddr *)&address, &len) < 0)
        abort();
    fake->port = ntohs(address.sin_port);
    snprintf(fake->host, sizeof fake->host, "127.0.0.1:%u", fake->port);
    pthread_create(&fake->acceptor, NULL, fake_accept, fake);
    return fake;
}

static inline void fake_stop(struct fake *fake)
{
    shutdown(fake->listener, SHUT_RDWR);
    pthread_join(fake->acceptor, NULL);
    for (size_t i = 0; i < fake->connections; i++) {
        shutdown(fake->sockets[i], SHUT_RDWR);
        pthread_join(fake->threads[i], NULL);
        close(fake->sockets[i]);
    }
    close(fake->listener);
    pthread_mutex_destroy(&fake->lock);
    buf_free(&fake->log);
    free(fake);
}

/* How often something was asked: lines that begin so. */
static inline int fake_asked(struct fake *fake, const char *start)
{
    int count = 0;
    pthread_mutex_lock(&fake->lock);
    for (const char *line = buf_text(&fake->log); *line; line = strchr(line, '\n') + 1)
        count += !strncmp(line, start, strlen(start));
    pthread_mutex_unlock(&fake->lock);
    return count;
}
