/* Name servers of a network that is there already. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/network/default.h"
#include "core/network/document.h"
#include "core/network/netavark.h"
#include "core/network/network.h"
#include "core/network/settings.h"

#define MAX_DNS_SERVERS 64

static int check(const char *field, const struct str_list *servers, struct error **err)
{
    for (size_t i = 0; i < servers->count; i++)
        if (settings_check_dns_server(field, servers->items[i], err) < 0)
            return -1;
    return 0;
}

static struct str_list merge(struct arena *arena, const struct str_list *now, const struct str_list *add, const struct str_list *remove)
{
    struct str_list merged = { 0 };
    for (size_t i = 0; i < now->count; i++)
        if (!str_list_has(remove, now->items[i]))
            str_list_add(arena, &merged, now->items[i]);
    for (size_t i = 0; i < add->count; i++)
        if (!str_list_has(remove, add->items[i]) && !str_list_has(&merged, add->items[i]))
            str_list_add(arena, &merged, add->items[i]);
    return merged;
}

/* aardvark-dns has its own copy of the servers while somebody is on the network. */
static int tell(struct engine *engine, struct arena *arena, const struct network *network, struct error **err)
{
    autocontainers users = { 0 };
    if (network_users(engine, network, true, &users, err) < 0)
        return -1;
    return users.count ? netavark_update(engine, arena, network->name, &network->dns_servers, err) : 0;
}

int network_update(struct engine *engine, const char *key, const struct str_list *add, const struct str_list *remove,
                   struct error **err)
{
    autoarena *arena = arena_new();
    if (check("AddDNSServers", add, err) < 0 || check("RemoveDNSServers", remove, err) < 0 ||
        !network_find(engine, arena, key, err))
        return -1;
    autofd lock = lock_file(arena_printf(arena, "%s/.lock", network_dir(engine, arena)), true, err);
    struct network *network = lock < 0 ? NULL : network_find(engine, arena, key, err); /* as it is now */
    if (!network)
        return -1;
    if (add->count && !network->dns)
        return error_set(err, ERROR_INVALID, 0, "AddDNSServers: network %s has no DNS", network->name);
    network->dns_servers = merge(arena, &network->dns_servers, add, remove);
    if (network->dns_servers.count > MAX_DNS_SERVERS)
        return error_set(err, ERROR_INVALID, 0, "AddDNSServers: more than %d servers", MAX_DNS_SERVERS);
    if (network_document_write(engine, arena, network, err) < 0)
        return -1;
    return network->dns ? tell(engine, arena, network, err) : 0;
}
