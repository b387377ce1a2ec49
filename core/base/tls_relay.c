/*
 * Bytes between TLS and a plain stream socket, both ways at once, on the caller's thread.
 *
 * Code that speaks to clients knows descriptors: sendmsg(), poll(), shutdown(). It keeps one end of a socket pair, and here
 * is the other. Nothing is held beyond a record each way, so whoever does not read holds the writer up, as on one socket.
 */
#include "core/base/tls.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>

#include "core/base/clock.h"
#include "core/base/tls_library.h"

#define RECORD 16384     /* bytes that one record has at most: SSL_read() never leaves a part behind */
#define STALL_MS 30000   /* how long a client that reads nothing may keep what its server, which is done, has left */
#define GOODBYE_MS 2000  /* how long, after our last word, the client's is waited for */

struct way {
    char data[RECORD];
    size_t at, len;     /* what waits is data[at .. len) */
    bool ended;         /* its source has no more */
    bool told;          /* and its target knows, or cares no more */
    bool dry, full;     /* source and target cannot go on before poll() says so */
    short source, target; /* what to poll for then, at the side that has TLS */
};

struct relay {
    const struct tls_library *lib;
    SSL *ssl;
    int net, inner;
    struct way up, down; /* from the other side to @inner; back */
    bool gone;           /* the other side, in the middle of something */
    int64_t deadline;    /* 0: none */
};

static bool is_pending(const struct way *way)
{
    return way->at < way->len;
}

/* What poll() has to say before a call on the TLS side that returned @rc is worth repeating; 0: it never is. */
static short blocked_on(const struct relay *relay, int rc, int *ret_why)
{
    *ret_why = relay->lib->SSL_get_error(relay->ssl, rc);
    return *ret_why == SSL_ERROR_WANT_READ ? POLLIN : *ret_why == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
}

/* ---- from the other side ---- */

static bool read_net(struct relay *relay)
{
    struct way *up = &relay->up;
    int why;
    relay->lib->ERR_clear_error();
    int n = relay->lib->SSL_read(relay->ssl, up->data, RECORD);
    if (n > 0) {
        up->at = 0;
        up->len = (size_t)n;
        return true;
    }
    up->source = blocked_on(relay, n, &why);
    up->dry = up->source != 0;
    if (up->dry)
        return false;
    up->ended = true;
    relay->gone = why != SSL_ERROR_ZERO_RETURN; /* no close_notify: cut off */
    return true;
}

static bool write_inner(struct relay *relay)
{
    struct way *up = &relay->up;
    ssize_t n = send(relay->inner, up->data + up->at, up->len - up->at, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR)
        return true;
    if (n < 0 && errno == EAGAIN) {
        up->full = true;
        return false;
    }
    up->at = n < 0 ? up->len : up->at + (size_t)n;
    up->told |= n < 0; /* nobody listens: the rest is dropped */
    return true;
}

static bool turn_up(struct relay *relay)
{
    struct way *up = &relay->up;
    if (is_pending(up) && up->told)
        up->at = up->len;
    if (is_pending(up))
        return !up->full && write_inner(relay);
    if (!up->ended)
        return !up->dry && read_net(relay);
    if (up->told)
        return false;
    shutdown(relay->inner, SHUT_WR);
    return up->told = true;
}

/* ---- to the other side ---- */

static bool read_inner(struct relay *relay)
{
    struct way *down = &relay->down;
    ssize_t n = recv(relay->inner, down->data, RECORD, MSG_DONTWAIT);
    if (n < 0 && errno == EINTR)
        return true;
    if (n < 0 && errno == EAGAIN) {
        down->dry = true;
        return false;
    }
    down->at = 0;
    down->len = n > 0 ? (size_t)n : 0;
    down->ended = n <= 0;
    return true;
}

static bool write_net(struct relay *relay)
{
    struct way *down = &relay->down;
    int why;
    relay->lib->ERR_clear_error();
    int n = relay->lib->SSL_write(relay->ssl, down->data + down->at, (int)(down->len - down->at));
    if (n > 0) {
        down->at += (size_t)n;
        return true;
    }
    down->target = blocked_on(relay, n, &why);
    down->full = down->target != 0;
    relay->gone |= !down->full;
    return false;
}

static bool end_net(struct relay *relay)
{
    struct way *down = &relay->down;
    int why;
    relay->lib->ERR_clear_error();
    int rc = relay->lib->SSL_shutdown(relay->ssl);
    down->target = rc < 0 ? blocked_on(relay, rc, &why) : 0;
    down->full = down->target == POLLOUT;
    if (down->full)
        return false;
    shutdown(relay->net, SHUT_WR);
    relay->deadline = 0;
    return down->told = true;
}

static bool turn_down(struct relay *relay)
{
    struct way *down = &relay->down;
    if (down->told)
        return false;
    if (is_pending(down))
        return !down->full && write_net(relay);
    if (!down->ended)
        return !down->dry && read_inner(relay);
    return !down->full && end_net(relay);
}

/* ---- both ---- */

static bool is_finished(const struct relay *relay)
{
    return relay->gone || (relay->up.ended && relay->up.told && relay->down.told);
}

static short net_events(const struct relay *relay)
{
    const struct way *up = &relay->up, *down = &relay->down;
    short in = !up->ended && up->dry ? up->source : 0;
    return (short)(in | (down->full ? down->target : 0));
}

static short inner_events(const struct relay *relay)
{
    return (short)((relay->up.full ? POLLOUT : 0) | (relay->down.dry && !relay->down.ended ? POLLIN : 0));
}

/* A socket with nothing to wait for would wake us for ever once it has hung up. Behind our last word its end is what is
 * waited for, though: then the server's end has closed. */
static struct pollfd inner_poll(const struct relay *relay)
{
    short events = inner_events(relay);
    bool waits_for_end = relay->down.told && !relay->up.told;
    return (struct pollfd){ events || waits_for_end ? relay->inner : -1, events, 0 };
}

static bool inner_has_closed(const struct relay *relay)
{
    struct pollfd look = { relay->inner, 0, 0 };
    return poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR));
}

static bool says_goodbye(const struct relay *relay)
{
    return relay->up.told && relay->down.told;
}

/* Until when it may go on like this. */
static void set_deadline(struct relay *relay)
{
    if (!relay->deadline)
        relay->deadline = clock_monotonic() + (says_goodbye(relay) ? GOODBYE_MS : STALL_MS) * 1000000LL;
}

static int timeout_ms(struct relay *relay)
{
    if (!says_goodbye(relay) && !relay->down.full)
        return -1;
    set_deadline(relay);
    int64_t left = relay->deadline - clock_monotonic();
    return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

/* The time is over: of a goodbye for good, of a stall when there is no server any more that could wait on. */
static void time_over(struct relay *relay)
{
    relay->gone = relay->down.told || inner_has_closed(relay);
    relay->deadline = 0;
}

static void wait_for_either(struct relay *relay)
{
    struct pollfd polls[] = { { relay->net, net_events(relay), 0 }, inner_poll(relay) };
    if (!polls[0].events && relay->down.told)
        polls[0].fd = -1;
    int ready = poll(polls, 2, timeout_ms(relay));
    if (ready == 0)
        time_over(relay);
    if (ready <= 0)
        return;
    relay->gone |= !polls[0].events && (polls[0].revents & (POLLHUP | POLLERR));
    if (polls[0].revents)
        relay->up.dry = relay->down.full = false;
    if (polls[1].revents)
        relay->up.full = relay->down.dry = false;
    if ((polls[1].revents & (POLLHUP | POLLERR)) && relay->down.ended)
        relay->up.told = true;
}

/* Something moved: a stall is over, but who goes on sending after our last word is not read for ever. */
static void note_progress(struct relay *relay)
{
    if (!relay->down.told)
        relay->deadline = 0;
    else if (says_goodbye(relay)) {
        set_deadline(relay);
        relay->gone |= clock_monotonic() > relay->deadline;
    }
}

void tls_relay(struct tls *tls, int inner)
{
    struct relay relay = { .lib = tls->lib, .ssl = tls->ssl, .net = tls->fd, .inner = inner };
    while (!is_finished(&relay)) {
        bool moved = turn_up(&relay);
        moved |= turn_down(&relay);
        if (moved)
            note_progress(&relay);
        else if (!is_finished(&relay))
            wait_for_either(&relay);
    }
    if (relay.gone)
        shutdown(inner, SHUT_RDWR);
}
