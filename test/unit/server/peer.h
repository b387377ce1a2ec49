#pragma once
/*
 * A client's end of a connection whose other end is served on a thread, with a dispatcher that belongs to the tests:
 * the last segment of the target says what the "handler" does.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "server/connection.h"
#include "server/drain.h"

#define PEER_MAX_REPLY (64u << 20)

struct peer {
    int fd; /* the client's end */
    int served;
    struct drain *drain;
    void (*serve)(struct connection *connection);
    pthread_t thread;
};

static void *peer_thread(void *context)
{
    struct peer *peer = context;
    struct connection connection = CONNECTION(NULL, peer->drain, peer->served);
    peer->serve(&connection);
    connection_free(&connection);
    close(peer->served);
    return NULL;
}

static void peer_open(struct peer *peer, void (*serve)(struct connection *connection))
{
    autoerror *err = NULL;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    *peer = (struct peer){ .fd = ends[0], .served = ends[1], .drain = drain_new(&err), .serve = serve };
    assert_int_equal(pthread_create(&peer->thread, NULL, peer_thread, peer), 0);
}

static inline void peer_send_bytes(const struct peer *peer, const void *data, size_t len)
{
    assert_int_equal(fd_write_all_raw(peer->fd, data, len), 0);
}

static inline void peer_send(const struct peer *peer, const char *text)
{
    peer_send_bytes(peer, text, strlen(text));
}

/* Everything up to the server's end of the connection. */
static inline void peer_read_all(const struct peer *peer, struct buf *into)
{
    char chunk[16384];
    for (;;) {
        ssize_t n = recv(peer->fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            return;
        buf_append(into, chunk, (size_t)n);
    }
}

/* Until @text has come. */
static inline void peer_read_until(const struct peer *peer, struct buf *into, const char *text)
{
    char byte;
    while (!into->len || !strstr(into->data, text)) {
        ssize_t n = recv(peer->fd, &byte, 1, 0);
        if (n <= 0)
            fail_msg("the connection ended before \"%s\" came: \"%s\"", text, buf_text(into));
        buf_putc(into, byte);
    }
}

static void peer_close(struct peer *peer)
{
    fd_close(peer->fd);
    pthread_join(peer->thread, NULL);
    drain_free(peer->drain);
}

/* Sends @request, ends the input, gives all that comes back. */
static inline void peer_talk(void (*serve)(struct connection *connection), const char *request, struct buf *reply)
{
    struct peer peer;
    peer_open(&peer, serve);
    peer_send(&peer, request);
    shutdown(peer.fd, SHUT_WR);
    peer_read_all(&peer, reply);
    peer_close(&peer);
}
