#include "cmd/coracled/sockets.h"

#include <stdbool.h>
#include <string.h>

#include "api/policy/policy.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/base/tcp.h"
#include "server/listen.h"

/* A name with a slip in it would give its clients everything: a policy says of each socket that is handed over who may
 * do what. */
static int assign(struct server *server, const struct policy_set *policies, struct error **err)
{
    for (size_t i = 0; i < server->count; i++) {
        struct listener *listener = &server->listeners[i];
        const struct policy *policy = policy_of(policies, listener->address, listener->name);
        listener->policy_socket = policy ? policy->socket : NULL;
        if (listener->name && !listener->policy_socket && policies && policies->count)
            return error_set(err, ERROR_INVALID, 0,
                             "%s: no [[socket]] is for the socket %s (%s) of LISTEN_FDS: one with allow = [\"admin\"] would "
                             "allow everything", policies->file, listener->address, str_or(listener->name, "unnamed"));
    }
    return 0;
}

/* Whoever reaches a port without TLS would be root, scripts of web pages included: there is no such port, not even on
 * loopback. */
static int check_files(const char *address, const struct tls_files *files, struct error **err)
{
    if (files->certificate && files->key && files->ca)
        return 0;
    return error_set(err, ERROR_INVALID, 0,
                     "%s: TCP is served over TLS with client certificates alone: expected --tlscacert, --tlscert and --tlskey, "
                     "or a [[socket]] of the policy with tls-client-ca, tls-certificate and tls-key", address);
}

static const struct policy *policy_of_url(const struct policy_set *policies, const char *url)
{
    struct sockaddr_storage address;
    socklen_t len;
    char text[TCP_TEXT_SIZE];
    if (str_starts(url, "unix://"))
        return policy_of(policies, url + strlen("unix://"), NULL);
    return tcp_parse(url, &address, &len) ? policy_of(policies, tcp_text(&address, text), NULL) : NULL;
}

/* One that the policy is for is opened as the policy says. */
static int open_unlimited(struct server *server, const char *url, const struct sockets *sockets, struct error **err)
{
    if (policy_of_url(sockets->policies, url))
        return 0;
    if (str_starts(url, "tcp://") && check_files(url, &sockets->tls, err) < 0)
        return -1;
    return server_listen(server, url, err);
}

static bool is_open(const struct server *server, const struct policy *policy)
{
    for (size_t i = 0; i < server->count; i++) {
        const struct listener *listener = &server->listeners[i];
        bool is_there = str_eq(listener->address, policy->path) || str_eq(listener->address, policy->listen);
        if (is_there || (policy->name && str_eq(listener->name, policy->name)))
            return true;
    }
    return false;
}

/* Sockets of the policy that nobody handed over or asked for. */
static int open_limited(struct server *server, const struct policy_set *policies, struct error **err)
{
    for (size_t i = 0; policies && i < policies->count; i++) {
        const struct policy *policy = &policies->items[i];
        if (is_open(server, policy))
            continue;
        if (policy->path && server_listen_limited(server, policy->path, policy->mode, policy->group, err) < 0)
            return -1;
        if (policy->listen && server_listen_tcp(server, policy->listen, err) < 0)
            return -1;
    }
    return 0;
}

/* The policy's files come before those of the command line. */
static int secure_all(struct server *server, const struct sockets *sockets, struct error **err)
{
    for (size_t i = 0; i < server->count; i++) {
        struct listener *listener = &server->listeners[i];
        const struct policy *policy = policy_of(sockets->policies, listener->address, listener->name);
        const struct tls_files *files = policy && policy->tls.certificate ? &policy->tls : &sockets->tls;
        if (!listener_is_tcp(listener))
            continue;
        if (check_files(listener->address, files, err) < 0 || server_secure(listener, files, err) < 0)
            return -1;
    }
    return 0;
}

int sockets_open(struct server *server, const struct sockets *sockets, bool *ret_handed_over, struct error **err)
{
    int activated = server_take_activated(server, err);
    if (activated < 0)
        return -1;
    for (size_t i = 0; i < sockets->url_count; i++)
        if (open_unlimited(server, sockets->urls[i], sockets, err) < 0)
            return -1;
    if (!activated && !sockets->url_count && open_unlimited(server, SOCKETS_DEFAULT_URL, sockets, err) < 0)
        return -1;
    size_t asked = server->count;
    if (open_limited(server, sockets->policies, err) < 0 || assign(server, sockets->policies, err) < 0 ||
        secure_all(server, sockets, err) < 0)
        return -1;
    server->policies = sockets->policies;
    *ret_handed_over = activated && server->count == asked;
    return 0;
}
