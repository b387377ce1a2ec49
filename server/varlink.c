/* varlink over one connection: messages that end with NUL, answered in order. */
#include "api/varlink/dispatch.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "server/connection.h"

#define COPY_MAX 4096

static int send_message(void *transport, const char *json, size_t len, struct error **err)
{
    struct connection *connection = transport;
    if (len > COPY_MAX)
        return connection_send(connection, json, len, "", 1, err);
    buf_append(&connection->out, json, len);
    buf_putc(&connection->out, '\0');
    return connection_flush(connection, err);
}

static bool wait_for(void *transport, int wake_fd, int timeout_ms)
{
    return connection_wait(transport, wake_fd, timeout_ms);
}

static int upgrade(void *transport, int *ret_fd, const void **ret_early, size_t *ret_early_len, struct error **err)
{
    struct connection *connection = transport;
    if (connection_flush(connection, err) < 0)
        return -1;
    *ret_fd = connection->fd;
    connection_take_over(connection, ret_early, ret_early_len);
    return 0;
}

static const struct varlink_ops ops = { .send = send_message, .wait = wait_for, .upgrade = upgrade };

/* Where the next message ends; waits for the rest of it. NULL: the connection ends. */
static const char *next_end(struct connection *connection)
{
    size_t looked = 0; /* bytes known to hold no NUL */
    for (;;) {
        const char *start = buf_text(&connection->in) + connection->used;
        const char *end = memchr(start + looked, '\0', connection_pending(connection) - looked);
        if (end)
            return end;
        looked = connection_pending(connection);
        connection_forget_used(connection);
        if (connection_await(connection, 0) <= 0)
            return NULL;
    }
}

void varlink_serve(struct connection *connection)
{
    autoarena *arena = arena_new();
    for (const char *end; (end = next_end(connection));) {
        const char *start = connection->in.data + connection->used;
        size_t len = (size_t)(end - start);
        connection->used += len + 1;
        if (varlink_dispatch(connection->api, start, len, &ops, connection, arena) < 0)
            return;
        arena_reset(arena);
    }
}
