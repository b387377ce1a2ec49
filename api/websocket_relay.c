#include "api/websocket_relay.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/clock.h"

#define CHUNK ((size_t)16384)
#define MAX_HEAD 14      /* bytes of a frame's head: two, eight of length, four of mask */
#define MAX_CONTROL 125  /* bytes of a control frame's payload */
#define GOODBYE_MS 10000 /* as long as a client that does not read may keep a container that has ended */

enum opcode { OP_CONTINUATION = 0, OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum close_code { CLOSE_NORMAL = 1000, CLOSE_PROTOCOL = 1002 };

struct bytes { /* waiting to be sent */
    char data[CHUNK + 2 * (MAX_HEAD + MAX_CONTROL)];
    size_t len;
};

struct relay {
    const struct websocket_relay *what;
    const char *early;
    size_t early_len;
    char raw[CHUNK]; /* from the client, not looked at yet */
    size_t raw_len, raw_at;
    unsigned char head[MAX_HEAD];
    size_t head_len;
    bool in_payload;
    enum opcode opcode;
    uint64_t left; /* of the payload */
    unsigned char mask[4];
    unsigned mask_at;
    char control[MAX_CONTROL];
    size_t control_len;
    struct bytes to_client, to_core;
    bool closing;      /* our close frame is on its way: nothing follows it */
    bool left_now;     /* the client's came, or it is gone: no more input */
    bool client_gone;  /* nothing can be sent to it */
    bool core_hung_up, core_ended; /* it closed its end; all that it said was read */
    int64_t deadline;  /* monotonic, 0: none */
};

/* ---- to the client ---- */

static void put_frame(struct relay *relay, enum opcode opcode, const void *payload, size_t len)
{
    struct bytes *out = &relay->to_client;
    unsigned char head[4] = { 0x80 | (unsigned char)opcode, (unsigned char)len };
    size_t head_len = 2;
    if (len > 125) { /* never more than a chunk */
        head[1] = 126;
        head[2] = (unsigned char)(len >> 8);
        head[3] = (unsigned char)len;
        head_len = 4;
    }
    memcpy(out->data + out->len, head, head_len);
    if (len)
        memcpy(out->data + out->len + head_len, payload, len);
    out->len += head_len + len;
}

static void put_close(struct relay *relay, enum close_code code)
{
    if (relay->closing)
        return;
    unsigned char payload[2] = { (unsigned char)(code >> 8), (unsigned char)code };
    put_frame(relay, OP_CLOSE, payload, sizeof payload);
    relay->closing = true;
}

/* ---- from the client ---- */

static void end_control(struct relay *relay)
{
    if (relay->opcode == OP_PING && !relay->closing)
        put_frame(relay, OP_PONG, relay->control, relay->control_len);
    if (relay->opcode == OP_CLOSE) {
        put_close(relay, CLOSE_NORMAL);
        relay->left_now = true;
    }
}

static void break_off(struct relay *relay)
{
    put_close(relay, CLOSE_PROTOCOL);
    relay->left_now = true;
}

/* Bytes that a head has, as far as its beginning tells. */
static size_t head_size(const struct relay *relay)
{
    if (relay->head_len < 2)
        return 2;
    unsigned char len = relay->head[1] & 0x7f;
    return 2 + (len == 126 ? 2 : len == 127 ? 8 : 0) + 4;
}

static void read_head(struct relay *relay)
{
    const unsigned char *head = relay->head;
    size_t size = head_size(relay);
    uint16_t length16;
    uint64_t length64;
    memcpy(&length16, head + 2, sizeof length16);
    memcpy(&length64, head + 2, sizeof length64);
    relay->opcode = (enum opcode)(head[0] & 0x0f);
    relay->left = (head[1] & 0x7f) == 126 ? be16toh(length16) : (head[1] & 0x7f) == 127 ? be64toh(length64) : (uint64_t)(head[1] & 0x7f);
    memcpy(relay->mask, head + size - 4, 4);
    relay->mask_at = 0;
    relay->head_len = relay->control_len = 0;
    relay->in_payload = true;
    bool is_control = relay->opcode >= OP_CLOSE, is_known = relay->opcode <= OP_BINARY || (is_control && relay->opcode <= OP_PONG);
    bool is_whole = head[0] & 0x80;
    if ((head[0] & 0x70) || !is_known || (is_control && (!is_whole || relay->left > MAX_CONTROL)))
        break_off(relay);
}

static void take_head(struct relay *relay)
{
    while (!relay->in_payload && relay->raw_at < relay->raw_len) {
        relay->head[relay->head_len++] = (unsigned char)relay->raw[relay->raw_at++];
        if (relay->head_len == 2 && !(relay->head[1] & 0x80)) { /* no mask: the rest of a head would not come */
            break_off(relay);
            return;
        }
        if (relay->head_len == head_size(relay) && relay->head_len > 2)
            read_head(relay);
    }
}

static void take_payload(struct relay *relay)
{
    bool is_control = relay->opcode >= OP_CLOSE;
    char *into = is_control ? relay->control + relay->control_len : relay->to_core.data + relay->to_core.len;
    size_t n = relay->raw_len - relay->raw_at;
    if (n > relay->left)
        n = (size_t)relay->left;
    if (!is_control && n > CHUNK - relay->to_core.len)
        n = CHUNK - relay->to_core.len;
    for (size_t i = 0; i < n; i++)
        into[i] = (char)(relay->raw[relay->raw_at + i] ^ (char)relay->mask[relay->mask_at++ & 3]);
    relay->raw_at += n;
    relay->left -= n;
    *(is_control ? &relay->control_len : &relay->to_core.len) += n;
    if (relay->left)
        return;
    relay->in_payload = false;
    if (is_control)
        end_control(relay);
}

/* Whether there is something to parse, and room for what comes out. */
static bool can_parse(const struct relay *relay)
{
    return !relay->left_now && relay->to_core.len < CHUNK && relay->to_client.len <= CHUNK + MAX_HEAD &&
           (relay->raw_at < relay->raw_len || (relay->in_payload && !relay->left));
}

static void parse(struct relay *relay)
{
    while (can_parse(relay)) {
        if (relay->in_payload)
            take_payload(relay);
        else
            take_head(relay);
    }
    if (relay->raw_at == relay->raw_len)
        relay->raw_at = relay->raw_len = 0;
}

/* ---- moving ---- */

static void send_some(int fd, struct bytes *bytes, bool *ret_gone)
{
    if (!bytes->len)
        return;
    ssize_t n = send(fd, bytes->data, bytes->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        *ret_gone = true;
    if (n <= 0)
        return;
    bytes->len -= (size_t)n;
    memmove(bytes->data, bytes->data + n, bytes->len);
}

/* Bytes, 0 when there are none now; the end is *ret_gone. */
static size_t receive(int fd, char *into, size_t room, bool *ret_gone)
{
    ssize_t n = room ? recv(fd, into, room, MSG_DONTWAIT) : -1;
    if (room && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)))
        *ret_gone = true;
    return n > 0 ? (size_t)n : 0;
}

static bool may_read_core(const struct relay *relay)
{
    return !relay->closing && !relay->core_ended && relay->to_client.len <= MAX_HEAD + MAX_CONTROL;
}

static void read_client(struct relay *relay)
{
    if (relay->raw_len || relay->left_now)
        return;
    if (relay->early_len) {
        relay->raw_len = relay->early_len < CHUNK ? relay->early_len : CHUNK;
        memcpy(relay->raw, relay->early, relay->raw_len);
        relay->early += relay->raw_len;
        relay->early_len -= relay->raw_len;
    } else {
        relay->raw_len = receive(relay->what->client, relay->raw, CHUNK, &relay->left_now);
    }
}

static void read_core(struct relay *relay)
{
    char chunk[CHUNK];
    if (!may_read_core(relay))
        return;
    size_t n = receive(relay->what->core, chunk, sizeof chunk, &relay->core_ended);
    if (n)
        put_frame(relay, OP_BINARY, chunk, n);
    if (relay->core_ended)
        put_close(relay, CLOSE_NORMAL);
}

static void send_both(struct relay *relay)
{
    send_some(relay->what->client, &relay->to_client, &relay->client_gone);
    send_some(relay->what->core, &relay->to_core, &relay->core_ended);
    if (relay->core_ended)
        relay->to_core.len = 0;
    if (relay->client_gone)
        relay->to_client.len = 0;
}

/* What either side said before it left is passed on. */
static bool is_done(const struct relay *relay)
{
    return relay->left_now && !relay->to_core.len && (relay->client_gone || !relay->to_client.len);
}

/* Descriptors of which nothing is wanted would only tell again and again that the other end is gone. */
static void wait_for_more(struct relay *relay, int timeout_ms)
{
    short from_client = !relay->raw_len && !relay->left_now ? POLLIN : 0, from_core = may_read_core(relay) ? POLLIN : 0;
    struct pollfd polls[] = {
        { relay->what->client, (short)(from_client | (relay->to_client.len ? POLLOUT : 0)), 0 },
        { relay->what->core, (short)(from_core | (relay->to_core.len ? POLLOUT : 0)), 0 },
    };
    polls[0].fd = relay->client_gone ? -1 : polls[0].fd;
    polls[1].fd = relay->core_hung_up && !polls[1].events ? -1 : polls[1].fd;
    poll(polls, 2, timeout_ms);
    if ((polls[0].revents & (POLLHUP | POLLERR)) && !from_client)
        relay->client_gone = relay->left_now = true;
    relay->core_hung_up = relay->core_hung_up || (polls[1].revents & POLLHUP);
}

/* Once one side has left, the other gets this much time to take what is still to be said. */
static int time_left_ms(struct relay *relay)
{
    if (!relay->deadline && (relay->left_now || relay->core_hung_up || relay->closing))
        relay->deadline = clock_monotonic() + GOODBYE_MS * 1000000LL;
    int64_t left = relay->deadline ? (relay->deadline - clock_monotonic()) / 1000000 : -1;
    return left < 0 && relay->deadline ? 0 : (int)left;
}

void websocket_relay(const struct websocket_relay *what)
{
    struct relay relay = { .what = what, .early = what->early, .early_len = what->early_len };
    for (;;) {
        read_core(&relay);
        read_client(&relay);
        parse(&relay);
        send_both(&relay);
        int left = time_left_ms(&relay);
        if (is_done(&relay) || !left)
            return;
        if (!can_parse(&relay) && (relay.raw_len || !relay.early_len))
            wait_for_more(&relay, left);
    }
}
