#pragma once
/*
 * TLS, with certificates on both sides: the server's side, which takes verified clients alone.
 *
 * The library (libssl) is loaded when the first context is made; ERROR_UNSUPPORTED when it cannot be. At least TLS 1.2;
 * no session is resumed, so that every connection is verified anew; no renegotiation.
 *
 * A context is shared by threads; a `struct tls` is one thread's at a time. Deadlines are of clock_monotonic().
 */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct certificate;
struct error;
struct tls;
struct tls_context;

struct tls_files {                /* PEM; NULL: none */
    const char *certificate, *key; /* ours: the chain, its own certificate first; the key without a passphrase */
    const char *ca;               /* who the other side's certificate may be from */
    const char *crl;              /* certificates of theirs that count no more */
};

/* Certificate, key and ca are needed. Owned; ERROR_INVALID names the file. */
struct tls_context *tls_server_context(const struct tls_files *files, struct error **err);
void tls_context_free(struct tls_context *context);

/*
 * The handshake on a connected descriptor, which is made non-blocking and stays the caller's; @stop_fd: readable when it
 * is to be given up, or -1. Owned. ERROR_TIMEOUT, ERROR_CANCELLED for @stop_fd or a client that left; ERROR_UNAUTHORIZED
 * says what is wrong with the other's certificate, ERROR_INVALID with its TLS.
 */
struct tls *tls_accept(const struct tls_context *context, int fd, int64_t deadline, int stop_fd, struct error **err);
void tls_free(struct tls *tls);

/* Whose certificate the other side has; arena. NULL with *err only when there is none. */
const struct certificate *tls_peer(struct arena *arena, const struct tls *tls, struct error **err);

/*
 * Carries bytes between the other side and @inner, a stream socket, until both ways have ended. A way that ends is ended
 * on the other side too (close_notify for shutdown()); one that ends without a word there means that the other side is
 * gone, and cuts @inner.
 */
void tls_relay(struct tls *tls, int inner);
