#include "server/secure.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "api/caller.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/tcp.h"
#include "core/base/tls.h"
#include "server/drain.h"

#define HANDSHAKE_SECONDS 10
#define STACK_SIZE (256 * 1024)
#define KEEPALIVE_SECONDS 15
#define REFUSED_MS 2000 /* how long a refused client may take to read why */

/* A machine that disappeared is noticed; so is a client that closed and is not written to. */
static void tune(int net)
{
    const int on = 1, seconds = KEEPALIVE_SECONDS;
    setsockopt(net, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(net, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    setsockopt(net, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
    setsockopt(net, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Waits for the first byte and leaves it there. */
static int look_at_first(int net, int64_t deadline, int stop_fd, char *ret_byte, struct error **err)
{
    struct pollfd polls[] = { { net, POLLIN, 0 }, { stop_fd, POLLIN, 0 } };
    int64_t left;
    while ((left = deadline - clock_monotonic()) > 0) {
        int ready = poll(polls, 2, (int)(left / 1000000) + 1);
        if (ready <= 0)
            continue;
        if (polls[1].revents || recv(net, ret_byte, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
            return error_set(err, ERROR_CANCELLED, 0, "it ended before it began");
        return 0;
    }
    return error_set(err, ERROR_TIMEOUT, 0, "nothing came for %d seconds", HANDSHAKE_SECONDS);
}

/* A TLS record begins with 0x16, a request with its method. The sentence is the one that Docker's users know. */
static int refuse_plain(int net, struct error **err)
{
    static const char answer[] = "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                 "Connection: close\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
    send(net, answer, sizeof answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    return error_set(err, ERROR_INVALID, 0, "it speaks HTTP without TLS");
}

/* To close at once would reset the connection, and the client might never read why it was refused. */
static void let_read(int net, int stop_fd)
{
    char dropped[4096];
    int64_t deadline = clock_monotonic() + REFUSED_MS * 1000000LL, left;
    struct pollfd polls[] = { { net, POLLIN, 0 }, { stop_fd, POLLIN, 0 } };
    shutdown(net, SHUT_WR);
    while ((left = deadline - clock_monotonic()) > 0 && poll(polls, 2, (int)(left / 1000000) + 1) > 0)
        if (polls[1].revents || recv(net, dropped, sizeof dropped, MSG_DONTWAIT) <= 0)
            return;
}

static int shake_hands(struct secure *secure, const struct tls_context *context, int stop_fd, struct error **err)
{
    char first;
    int64_t deadline = clock_monotonic() + HANDSHAKE_SECONDS * CLOCK_SECOND;
    if (look_at_first(secure->net, deadline, stop_fd, &first, err) < 0)
        return -1;
    if (isupper((unsigned char)first))
        refuse_plain(secure->net, err);
    else
        secure->tls = tls_accept(context, secure->net, deadline, stop_fd, err);
    if (!secure->tls)
        let_read(secure->net, stop_fd);
    return secure->tls ? 0 : -1;
}

static void *relay_thread(void *context)
{
    struct secure *secure = context;
    tls_relay(secure->tls, secure->inner);
    shutdown(secure->inner, SHUT_RDWR); /* also where both ways ended in peace */
    return NULL;
}

static int start_relay(struct secure *secure, struct error **err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a socket pair");
    secure->inner = pair[0];
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_SIZE);
    int rc = pthread_create(&secure->relay, &attr, relay_thread, secure);
    pthread_attr_destroy(&attr);
    if (!rc) {
        secure->outer = pair[1];
        return 0;
    }
    fd_close(pair[1]);
    return error_set(err, ERROR_INTERNAL, rc, "starting a thread");
}

static const char *peer_of(struct arena *arena, int net)
{
    struct sockaddr_storage address = { 0 };
    socklen_t len = sizeof address;
    char text[TCP_TEXT_SIZE];
    if (getpeername(net, (struct sockaddr *)&address, &len) < 0)
        return "";
    return arena_strdup(arena, tcp_text(&address, text));
}

int secure_open(struct secure *secure, const struct tls_context *context, int net, const struct drain *drain,
                struct arena *arena, struct caller *caller, struct error **err)
{
    *secure = (struct secure){ .net = net, .inner = -1, .outer = -1 };
    caller->peer = peer_of(arena, net);
    tune(net);
    if (shake_hands(secure, context, drain_fd(drain), err) < 0)
        return -1;
    caller->certificate = tls_peer(arena, secure->tls, err);
    return caller->certificate ? start_relay(secure, err) : -1;
}

void secure_close(struct secure *secure)
{
    if (secure->outer >= 0) {
        fd_close(secure->outer);
        pthread_join(secure->relay, NULL);
    }
    fd_close(secure->inner);
    tls_free(secure->tls);
    fd_close(secure->net);
}
