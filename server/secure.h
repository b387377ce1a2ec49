#pragma once
/*
 * A connection over TLS, as the rest of the server sees it: one end of a socket pair, whose other end a thread joins to the
 * client. See core/base/tls.h for what an end on one side means on the other.
 */
#include <pthread.h>

struct arena;
struct caller;
struct drain;
struct error;
struct tls;
struct tls_context;

struct secure {
    int net, inner, outer; /* the client's, the relay's end, the server's end; -1 before secure_open() */
    struct tls *tls;
    pthread_t relay;
};

/*
 * The handshake on @net, which is owned from here on, and the relay. Ends with secure_close(), also when it failed.
 *
 * A client that speaks plain HTTP is told so. Whatever the client does it has ten seconds for it.
 * @caller: gets the certificate and the peer, in the arena
 */
int secure_open(struct secure *secure, const struct tls_context *context, int net, const struct drain *drain,
                struct arena *arena, struct caller *caller, struct error **err);
/* Once nobody uses `outer` any more: what was sent there goes out, then everything is closed. */
void secure_close(struct secure *secure);
