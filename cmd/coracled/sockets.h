#pragma once
/* Which sockets the server has: those that are handed over, those asked for, those of the policy. */
#include <stddef.h>
#include <stdint.h>

#include "core/base/tls.h"

struct error;
struct policy_set;
struct server;

#define SOCKETS_DEFAULT_URL "unix:///run/coracle/coracle.sock"

struct sockets {
    const char *const *urls; /* of --listen */
    size_t url_count;
    struct tls_files tls; /* of TCP sockets that the policy says nothing about */
    const struct policy_set *policies; /* NULL: none */
};
/* Opens them into @server. @ret_handed_over: all of them are the service manager's, who starts the next server */
int sockets_open(struct server *server, const struct sockets *sockets, _Bool *ret_handed_over, struct error **err);
