#pragma once
/*
 * One HTTP exchange after the other, read as a stream: the reader's thread drives the transfer, so nothing is received
 * that nobody has room for. Connections are kept between exchanges. One thread at a time. Private to core/registry.
 *
 * Redirects are followed, at most five, but not with a form; credentials stay with the host they were for.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct error;
struct exchange;
struct registry_certs;

struct exchange_request {
    const char *url;
    const char *authorization; /* the header's value; NULL: none */
    struct str_list headers;   /* more lines, "Name: value" */
    const char *form;          /* sent by POST; NULL: GET */
    int64_t from;              /* first byte wanted; 0: all */
    const struct registry_certs *certs;
    bool unverified; /* any certificate will do */
};

struct exchange_answer { /* arena */
    int status;
    const char *content_type, *digest; /* "" when absent */
    int64_t length, range_start;       /* -1 when not said */
    int64_t retry_after_s;             /* 0 when not said */
    bool redirected;                   /* it comes from elsewhere than was asked */
    struct str_list challenges;        /* each Www-Authenticate */
};

/* Owned. @stop: ends every wait with ERROR_CANCELLED when it becomes true; borrowed */
struct exchange *exchange_open(const atomic_bool *stop, struct error **err);
void exchange_close(struct exchange *exchange);
/* Returns with the head; what the exchange before left unread is dropped. ERROR_UNAVAILABLE: the host cannot be
 * reached, its certificate is not trusted, it does not speak HTTP. */
int exchange_begin(struct exchange *exchange, struct arena *arena, const struct exchange_request *request,
                   struct exchange_answer *ret_answer, struct error **err);
/* Bytes of the body, 0 at its end, -1 with ERROR_UNAVAILABLE when it breaks off. Fits struct source. */
long exchange_read(void *exchange, void *into, size_t len, struct error **err);
