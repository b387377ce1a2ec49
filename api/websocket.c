#include "api/websocket.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/call.h"
#include "api/websocket_relay.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/container/container.h"

#define KEY_BYTES 16
#define MAGIC "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455 section 1.3 */

struct websocket {
    struct call *call;
    const char *accept; /* the handshake's answer */
    int pair[2];        /* the core's end and ours; -1: none yet */
    struct websocket_relay relay;
    pthread_t thread;
    bool threaded;
};

static int check_header(struct call *call, const char *name, const char *expected, struct error **err)
{
    const char *value = call->ops->header(call, name);
    if (value && !strcasecmp(value, expected))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "%s: got %.80s, expected %s: this is a WebSocket", name, value ? value : "nothing", expected);
}

struct websocket *websocket_new(struct call *call, struct error **err)
{
    struct websocket *websocket = arena_zalloc(call->arena, sizeof *websocket);
    const char *key = call->ops->header(call, "Sec-WebSocket-Key");
    unsigned char digest[SHA1_SIZE];
    size_t len = 0;
    if (check_header(call, "Upgrade", "websocket", err) < 0 || check_header(call, "Sec-WebSocket-Version", "13", err) < 0)
        return NULL;
    if (!key || !str_base64_decode(call->arena, key, &len) || len != KEY_BYTES) {
        error_set(err, ERROR_INVALID, 0, "Sec-WebSocket-Key: got %.80s, expected base64 of 16 bytes", key ? key : "nothing");
        return NULL;
    }
    const char *text = arena_printf(call->arena, "%s" MAGIC, key);
    sha1_sum(text, strlen(text), digest);
    *websocket = (struct websocket){
        .call = call, .accept = str_base64(call->arena, digest, sizeof digest), .pair = { -1, -1 },
    };
    return websocket;
}

static void *relay(void *context)
{
    struct websocket *websocket = context;
    websocket_relay(&websocket->relay);
    shutdown(websocket->pair[1], SHUT_RDWR); /* the core sees a client that left */
    return NULL;
}

static int begin(void *context, int *ret_fd, const void **ret_early, size_t *ret_early_len, struct error **err)
{
    struct websocket *websocket = context;
    struct container_client connection;
    const void *early;
    call_client(websocket->call, NULL, &connection);
    websocket->call->ops->add_header(websocket->call, "Sec-WebSocket-Accept", websocket->accept);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, websocket->pair) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a pair of sockets");
    if (connection.begin(connection.context, &websocket->relay.client, &early, &websocket->relay.early_len, err) < 0)
        return -1;
    websocket->relay.early = early;
    websocket->relay.core = websocket->pair[1];
    int rc = pthread_create(&websocket->thread, NULL, relay, websocket);
    if (rc)
        return error_set(err, ERROR_INTERNAL, rc, "starting a thread");
    websocket->threaded = true;
    *ret_fd = websocket->pair[0];
    *ret_early = NULL;
    *ret_early_len = 0;
    return 0;
}

void websocket_client(struct websocket *websocket, struct container_client *ret_client)
{
    *ret_client = (struct container_client){ .context = websocket, .begin = begin };
}

void websocket_end(struct websocket *websocket)
{
    fd_close(websocket->pair[0]);
    if (websocket->threaded)
        pthread_join(websocket->thread, NULL);
    fd_close(websocket->pair[1]);
}
