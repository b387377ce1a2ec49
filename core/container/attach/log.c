#include "core/container/attach/log.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/sink.h"
#include "core/container/attach/client.h"
#include "core/container/container.h"
#include "core/container/log/stream.h"
#include "core/engine.h"

static int write_client(void *context, const void *data, size_t len, struct error **err)
{
    const struct attachment *attachment = context;
    if (fd_write_all_raw(attachment->pump.client, data, len) < 0)
        return error_set(err, ERROR_CANCELLED, 0, "the client left");
    return 0;
}

static struct container_log_query log_query(const struct attachment *attachment, bool follow)
{
    const struct container_attach_query *query = attachment->query;
    return (struct container_log_query){
        .follow = follow, .out = query->out, .err = query->err, .tail = -1, .framed = query->framed
    };
}

bool attach_log_exists(const struct attachment *attachment)
{
    const char *driver = str_or(attachment->ctr->spec->log_driver, "");
    return !str_empty(attachment->ctr->log_path) && !str_eq(driver, "none") && !str_eq(driver, "passthrough") &&
           !str_eq(driver, "journald");
}

int attach_send_log(struct attachment *attachment, struct error **err)
{
    if (!attach_log_exists(attachment))
        return 0;
    struct container_log_query query = log_query(attachment, false);
    struct log_source source = { .path = attachment->ctr->log_path };
    struct sink sink = { .context = attachment, .write = write_client };
    return log_send(&source, &query, &sink, err);
}

struct follower {
    struct attachment *attachment;
    struct pump_input input;
    bool ended; /* conmon closed its side */
};

static int write_follower(void *context, const void *data, size_t len, struct error **err)
{
    const struct follower *follower = context;
    return write_client(follower->attachment, data, len, err);
}

static bool is_live(void *context)
{
    const struct follower *follower = context;
    autoerror *gone = NULL;
    autocontainer *ctr = container_find(follower->attachment->engine, follower->attachment->ctr->id, &gone);
    return ctr && (ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED);
}

/* Output comes from the log; here it only must not pile up. False: conmon ended. */
static bool discard(int conmon)
{
    for (;;) {
        char packet[16];
        ssize_t n = recv(conmon, packet, sizeof packet, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        if (n < 0)
            return true;
    }
}

/* The sink's wait, during which the client's input is served. */
static bool wait_with_input(void *context, int wake_fd, int timeout_ms)
{
    struct follower *follower = context;
    const struct pump *pump = &follower->attachment->pump;
    for (;;) {
        while (pump_input_step(&follower->input))
            ;
        if (follower->input.left || (follower->input.detached && !pump_input_conmon_events(&follower->input)))
            return false;
        struct pollfd polls[] = {
            { wake_fd, POLLIN, 0 },
            { pump->client, pump_input_client_events(&follower->input), 0 },
            { follower->ended ? -1 : pump->conmon, (short)(POLLIN | pump_input_conmon_events(&follower->input)), 0 },
        };
        int n = poll(polls, 3, timeout_ms);
        if (n == 0 || (n < 0 && errno != EINTR))
            return n == 0;
        if ((polls[1].revents & (POLLERR | POLLNVAL)) || ((polls[1].revents & POLLHUP) && !(polls[1].events & POLLIN)))
            return false;
        if (polls[2].revents && !discard(pump->conmon))
            follower->ended = true;
        if (polls[0].revents)
            return true;
    }
}

int attach_follow_log(struct attachment *attachment, struct error **err)
{
    struct follower follower = { .attachment = attachment };
    struct container_log_query query = log_query(attachment, true);
    struct log_source source = {
        .path = attachment->ctr->log_path, .bell = attachment->engine->bell, .is_live = is_live, .context = &follower
    };
    struct sink sink = { .context = &follower, .write = write_follower, .wait = wait_with_input };
    pump_input_init(&follower.input, &attachment->pump);
    int rc = log_send(&source, &query, &sink, err);
    if (!rc && follower.input.detached)
        container_stream_event(attachment->engine, attachment->ctr, "detach", NULL, NULL);
    pump_input_free(&follower.input);
    return rc;
}
