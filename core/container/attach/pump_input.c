/* Client to container. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/container/attach/pump.h"

#define PACKET ((size_t)32768) /* conmon takes no more at once */

void pump_input_init(struct pump_input *input, const struct pump *what)
{
    *input = (struct pump_input){
        .what = what, .keys = what->keys, .early = what->early, .early_len = what->early_len, .open = what->in
    };
    if (what->in)
        input->data = mem_alloc(2 * PACKET + DETACH_KEYS_MAX);
}

void pump_input_free(struct pump_input *input)
{
    free(input->data);
}

static bool has_pending(const struct pump_input *input)
{
    return input->sent < input->len;
}

/* The upper half of the buffer takes raw bytes; what passes the filter goes to the lower. Without keys to look for, the
 * lower half takes them. */
static ssize_t take(struct pump_input *input, char *raw)
{
    if (input->early_len) {
        size_t n = input->early_len < PACKET ? input->early_len : PACKET;
        memcpy(raw, input->early, n);
        input->early += n;
        input->early_len -= n;
        return (ssize_t)n;
    }
    ssize_t n = recv(input->what->client, raw, PACKET, MSG_DONTWAIT);
    if (n < 0 && errno == ENOTSOCK) {
        struct pollfd ready = { input->what->client, POLLIN, 0 };
        if (poll(&ready, 1, 0) <= 0) {
            errno = EAGAIN;
            return -1;
        }
        n = read(input->what->client, raw, PACKET);
    }
    return n;
}

static void input_ended(struct pump_input *input)
{
    input->open = false;
    if (input->what->at_stdin_end == PUMP_STDIN_CLOSE)
        shutdown(input->what->conmon, SHUT_WR);
    else if (input->what->at_stdin_end == PUMP_STDIN_LEAVE)
        input->left = true;
}

static bool read_client(struct pump_input *input)
{
    char *raw = input->keys.count ? input->data + PACKET + DETACH_KEYS_MAX : input->data;
    ssize_t n = take(input, raw);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        input_ended(input);
        return true;
    }
    input->sent = 0;
    input->len = (size_t)n;
    if (input->keys.count)
        input->len = detach_keys_filter(&input->keys, raw, (size_t)n, input->data, &input->detached);
    return true;
}

static bool write_conmon(struct pump_input *input)
{
    size_t left = input->len - input->sent;
    ssize_t n = send(input->what->conmon, input->data + input->sent, left < PACKET ? left : PACKET,
                     MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n < 0) { /* it ended, or closed its input: what comes is for nobody */
        input->open = false;
        input->len = input->sent = 0;
        return true;
    }
    input->sent += (size_t)n;
    return true;
}

bool pump_input_step(struct pump_input *input)
{
    if (has_pending(input))
        return write_conmon(input);
    return input->open && !input->detached && read_client(input);
}

bool pump_input_can_go_on(const struct pump_input *input, short client_events, short conmon_events)
{
    return has_pending(input) ? conmon_events & ~POLLIN : client_events & ~POLLOUT;
}

short pump_input_client_events(const struct pump_input *input)
{
    return input->open && !has_pending(input) ? POLLIN : 0;
}

short pump_input_conmon_events(const struct pump_input *input)
{
    return has_pending(input) ? POLLOUT : 0;
}
