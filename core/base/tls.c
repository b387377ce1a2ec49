/* The handshake. */
#include "core/base/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/tls_library.h"

static struct tls *tls_new(const struct tls_context *context, int fd)
{
    struct tls *tls = mem_zalloc(sizeof *tls);
    tls->lib = context->lib;
    tls->fd = fd;
    tls->ssl = tls->lib->SSL_new(context->ctx);
    if (!tls->ssl || !tls->lib->SSL_set_fd(tls->ssl, fd))
        abort(); /* out of memory */
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return tls;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    tls->lib->SSL_free(tls->ssl);
    tls->lib->ERR_clear_error();
    free(tls);
}

static int wait_for(const struct tls *tls, short events, int64_t deadline, int stop_fd, struct error **err)
{
    struct pollfd polls[] = { { tls->fd, events, 0 }, { stop_fd, POLLIN, 0 } };
    for (;;) {
        int64_t left = deadline - clock_monotonic();
        if (left <= 0)
            return error_set(err, ERROR_TIMEOUT, 0, "the TLS handshake took too long");
        int ready = poll(polls, 2, (int)(left / 1000000) + 1);
        if (ready > 0 && polls[1].revents)
            return error_set(err, ERROR_CANCELLED, 0, "the TLS handshake was given up");
        if (ready > 0)
            return 0;
    }
}

static int failed(const struct tls *tls, int sys_errno, struct error **err)
{
    const struct tls_library *lib = tls->lib;
    long verdict = lib->SSL_get_verify_result(tls->ssl);
    const char *reason = lib->ERR_reason_error_string(lib->ERR_peek_error());
    lib->ERR_clear_error();
    if (verdict != X509_V_OK)
        return error_set(err, ERROR_UNAUTHORIZED, 0, "the certificate of the other side: %s",
                         lib->X509_verify_cert_error_string(verdict));
    if (!reason)
        return error_set(err, ERROR_CANCELLED, sys_errno, "the other side left during the TLS handshake");
    return error_set(err, ERROR_INVALID, 0, "TLS handshake: %s", reason);
}

static int shake_hands(const struct tls *tls, int64_t deadline, int stop_fd, struct error **err)
{
    for (;;) {
        tls->lib->ERR_clear_error();
        int rc = tls->lib->SSL_accept(tls->ssl), sys_errno = errno;
        if (rc == 1)
            return 0;
        int why = tls->lib->SSL_get_error(tls->ssl, rc);
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
            return failed(tls, why == SSL_ERROR_SYSCALL ? sys_errno : 0, err);
        if (wait_for(tls, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline, stop_fd, err) < 0)
            return -1;
    }
}

struct tls *tls_accept(const struct tls_context *context, int fd, int64_t deadline, int stop_fd, struct error **err)
{
    struct tls *tls = tls_new(context, fd);
    if (shake_hands(tls, deadline, stop_fd, err) == 0)
        return tls;
    tls_free(tls);
    return NULL;
}
