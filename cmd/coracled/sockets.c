#include "cmd/coracled/sockets.h"

#include <stdbool.h>
#include <string.h>

#include "api/policy/policy.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "server/listen.h"

/* A name with a slip in it would give its clients everything: a policy says of each socket that is handed over who may
 * do what. */
static int assign(struct server *server, const struct policy_set *policies, struct error **err)
{
    for (size_t i = 0; i < server->count; i++) {
        struct listener *listener = &server->listeners[i];
        listener->policy_socket = policy_socket(policies, listener->address, listener->name);
        if (listener->name && !listener->policy_socket && policies && policies->count)
            return error_set(err, ERROR_INVALID, 0,
                             "%s: no [[socket]] is for the socket %s (%s) of LISTEN_FDS: one with allow = [\"admin\"] would "
                             "allow everything", policies->file, listener->address, str_or(listener->name, "unnamed"));
    }
    return 0;
}

/* One that the policy is for is opened as the policy says. */
static int open_unlimited(struct server *server, const char *url, const struct policy_set *policies, struct error **err)
{
    if (str_starts(url, "unix://") && policy_socket(policies, url + strlen("unix://"), NULL))
        return 0;
    return server_listen(server, url, err);
}

static bool is_open(const struct server *server, const struct policy *policy)
{
    for (size_t i = 0; i < server->count; i++) {
        const struct listener *listener = &server->listeners[i];
        if (str_eq(listener->address, policy->path) || (policy->name && str_eq(listener->name, policy->name)))
            return true;
    }
    return false;
}

/* Sockets of the policy that nobody handed over or asked for. */
static int open_limited(struct server *server, const struct policy_set *policies, struct error **err)
{
    for (size_t i = 0; policies && i < policies->count; i++) {
        const struct policy *policy = &policies->items[i];
        if (policy->path && !is_open(server, policy) &&
            server_listen_limited(server, policy->path, policy->mode, policy->group, err) < 0)
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
        if (open_unlimited(server, sockets->urls[i], sockets->policies, err) < 0)
            return -1;
    if (!activated && !sockets->url_count && open_unlimited(server, SOCKETS_DEFAULT_URL, sockets->policies, err) < 0)
        return -1;
    size_t asked = server->count;
    if (open_limited(server, sockets->policies, err) < 0 || assign(server, sockets->policies, err) < 0)
        return -1;
    server->policies = sockets->policies;
    *ret_handed_over = activated && server->count == asked;
    return 0;
}
