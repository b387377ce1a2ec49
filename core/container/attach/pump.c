/* Container to client, and the loop that turns both halves. */
#include "core/container/attach/pump.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

#define PACKETS 16
#define PACKET_MAX 16384 /* conmon sends at most 1 + 8192 */
#define FRAME_HEAD 8
#define SLOT (FRAME_HEAD + PACKET_MAX)
#define TURNS 8 /* batches one way before the other is looked at */

struct output {
    const struct pump *what;
    char *slots; /* owned */
    struct iovec parts[PACKETS];
    size_t count, next; /* parts to send, and the first not sent */
    bool ended, left;
    bool drained; /* conmon had no further packet, until poll() says otherwise */
};

/*
 * A packet is one byte of stream and the data. It is received one byte before the place of the data, so that the
 * frame's header can be written around that byte and nothing is copied.
 */
static void make_part(struct output *output, char *slot, size_t len)
{
    int stream = slot[FRAME_HEAD - 1];
    bool wanted = stream == 2 ? output->what->out : stream == 3 && output->what->err;
    size_t data = len - 1;
    if (!wanted || !data)
        return;
    if (output->what->framed) {
        uint32_t size = htobe32((uint32_t)data);
        memset(slot, 0, 4);
        slot[0] = (char)(stream - 1);
        memcpy(slot + 4, &size, sizeof size);
        output->parts[output->count++] = (struct iovec){ slot, FRAME_HEAD + data };
    } else {
        output->parts[output->count++] = (struct iovec){ slot + FRAME_HEAD, data };
    }
}

static bool receive(struct output *output)
{
    struct mmsghdr messages[PACKETS];
    struct iovec places[PACKETS];
    memset(messages, 0, sizeof messages);
    for (size_t i = 0; i < PACKETS; i++) {
        places[i] = (struct iovec){ output->slots + i * SLOT + FRAME_HEAD - 1, PACKET_MAX + 1 };
        messages[i].msg_hdr.msg_iov = &places[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int got = recvmmsg(output->what->conmon, messages, PACKETS, MSG_DONTWAIT, NULL);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    output->count = output->next = 0;
    output->ended = got <= 0;
    output->drained = got < PACKETS;
    for (int i = 0; i < got && !output->ended; i++) {
        if (messages[i].msg_len == 0) /* the end comes as an empty packet */
            output->ended = true;
        else
            make_part(output, output->slots + (size_t)i * SLOT, messages[i].msg_len);
    }
    return true;
}

static bool has_pending(const struct output *output)
{
    return output->next < output->count;
}

static ssize_t send_parts(const struct output *output)
{
    struct msghdr message = { .msg_iov = (struct iovec *)&output->parts[output->next],
                              .msg_iovlen = output->count - output->next };
    ssize_t n = sendmsg(output->what->client, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == ENOTSOCK)
        n = writev(output->what->client, message.msg_iov, (int)message.msg_iovlen);
    return n;
}

static bool send_on(struct output *output)
{
    ssize_t n = send_parts(output);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n < 0) {
        output->left = true;
        return true;
    }
    for (size_t sent = (size_t)n; sent;) {
        struct iovec *part = &output->parts[output->next];
        size_t step = sent < part->iov_len ? sent : part->iov_len;
        part->iov_base = (char *)part->iov_base + step;
        part->iov_len -= step;
        sent -= step;
        output->next += part->iov_len == 0;
    }
    return true;
}

static bool output_step(struct output *output)
{
    if (has_pending(output))
        return send_on(output);
    return !output->ended && !output->drained && receive(output);
}

struct wait {
    int64_t since; /* when a client stopped reading what an ended container left; 0: it does not */
    bool exited;
    bool in, out; /* which direction may be able to go on: a try that cannot costs as much as one that can */
};

/* Sleeps until either side can go on; only looks when one can already. False: nothing will. */
static bool wait_for_either(const struct pump *what, struct output *output, const struct pump_input *input,
                            struct wait *wait)
{
    bool stalled = has_pending(output);
    struct pollfd polls[3] = {
        { what->client, (short)(pump_input_client_events(input) | (stalled ? POLLOUT : 0)), 0 },
        { what->conmon, (short)(pump_input_conmon_events(input) | (stalled ? 0 : POLLIN)), 0 },
        { stalled && !wait->exited ? what->exited : -1, POLLIN, 0 },
    };
    if (!polls[1].events) /* else its end would wake us for ever */
        polls[1].fd = -1;
    int timeout = wait->in || wait->out ? 0 : -1;
    if (timeout && stalled && wait->exited) {
        int64_t now = clock_monotonic();
        wait->since = wait->since ? wait->since : now;
        int64_t left = PUMP_STALL_MS - (now - wait->since) / 1000000;
        if (left <= 0)
            return false;
        timeout = (int)left;
    }
    if (poll(polls, 3, timeout) < 0)
        return errno == EINTR;
    wait->exited |= polls[2].revents != 0;
    wait->in |= pump_input_can_go_on(input, polls[0].revents, polls[1].revents);
    wait->out |= stalled ? polls[0].revents & ~POLLIN : polls[1].revents & ~POLLOUT;
    if (!stalled && wait->out)
        output->drained = false;
    if (!timeout)
        return true;
    /* A client that is gone altogether; one that only ended its input shows as readable. */
    return !(polls[0].revents & (POLLERR | POLLNVAL)) && !((polls[0].revents & POLLHUP) && !(polls[0].events & POLLIN));
}

/* A socket closed with unread bytes resets the connection, and the client would lose output that is still under way. */
static void discard_input(int client)
{
    char bytes[4096];
    while (recv(client, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

enum pump_end pump_run(const struct pump *what)
{
    struct pump_input input;
    pump_input_init(&input, what);
    struct output output = { .what = what, .slots = mem_alloc((size_t)PACKETS * SLOT) };
    struct wait wait = { .in = true, .out = true };
    enum pump_end end = PUMP_CLIENT_LEFT;
    for (;;) {
        bool moved = false;
        for (int i = 0; i < TURNS && wait.out && !output.left; i++)
            moved |= wait.out = output_step(&output);
        for (int i = 0; i < TURNS && wait.in && !input.left; i++)
            moved |= wait.in = pump_input_step(&input);
        if (moved)
            wait.since = 0;
        if (output.ended && !has_pending(&output))
            end = PUMP_ENDED;
        else if (input.detached && !pump_input_conmon_events(&input))
            end = PUMP_DETACHED;
        else if (!output.left && !input.left && wait_for_either(what, &output, &input, &wait))
            continue;
        break;
    }
    discard_input(what->client);
    pump_input_free(&input);
    free(output.slots);
    return end;
}
