#pragma once
/* What the files of core/registry share of a registry and its links. Private to it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/image/image.h"
#include "core/registry/challenge.h"
#include "core/registry/registry.h"
#include "core/registry/settings.h"

struct buf;
struct exchange;
struct exchange_answer;
struct exchange_request;

struct registry {
    struct arena *arena; /* of what is read while it is opened */
    const struct registry_endpoint *endpoint;
    const atomic_bool *stop;
    struct registry_certs certs;
    struct registry_auth auth;
    const char *scheme; /* NULL until it answered */
    bool unverified;
    pthread_mutex_t lock; /* of what follows */
    struct challenge challenge;
    char *authorization; /* a header's value; NULL: none yet */
    int64_t expires;     /* of clock_monotonic() */
    struct exchange *spare;
};

struct registry_link {
    struct registry *registry;
    struct exchange *exchange;
};

int link_get(struct registry_link *link, struct arena *arena, const char *path, struct exchange_request *request,
             struct exchange_answer *ret_answer, struct error **err);
/* To its end. ERROR_TOO_LARGE when there is no room for it. */
int link_read_body(struct exchange *exchange, struct buf *into, struct error **err);
