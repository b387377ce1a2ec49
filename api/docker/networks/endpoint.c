#include "api/docker/networks/endpoint.h"

#include <string.h>

#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/spec.h"

/* Clients call the default network by either name, or not at all. */
static bool is_default(const char *name)
{
    return str_empty(name) || !strcmp(name, "default") || !strcmp(name, "bridge");
}

static int check(const char *name, const struct docker_endpoint *endpoint, struct error **err)
{
    const struct docker_endpoint_ipam *ipam = endpoint->ipam;
    if (unhonoured_refuse(docker_endpoint_schema(), endpoint, "EndpointsConfig.", NULL, err) < 0 ||
        (ipam && unhonoured_refuse(docker_endpoint_ipam_schema(), ipam, "EndpointsConfig.IPAMConfig.", NULL, err) < 0))
        return -1;
    if (!is_default(name))
        return 0;
    if (ipam && (!str_empty(ipam->ip) || !str_empty(ipam->ip6)))
        return error_set(err, ERROR_INVALID, 0,
                         "invalid endpoint settings: user specified IP address is supported on user defined networks only");
    if (endpoint->aliases.count)
        return error_set(err, ERROR_INVALID, 0,
                         "invalid endpoint settings: network-scoped alias is supported only for containers in user "
                         "defined networks");
    return 0;
}

static int add_address(struct arena *arena, const char *field, const char *ip, bool six,
                       struct container_network *network, struct error **err)
{
    if (str_empty(ip))
        return 0;
    if (!!strchr(ip, ':') != six)
        return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: invalid %s: %.60s", network->name, field,
                         ip);
    str_list_add(arena, &network->static_ips, ip);
    return 0;
}

static int add_link(struct arena *arena, const char *text, struct container_network *network, struct error **err)
{
    struct str_list parts = str_split(arena, text, ':');
    if (!parts.count)
        return error_set(err, ERROR_INVALID, 0, "Links: empty string specified for links");
    const char *target = parts.items[0], *alias = parts.items[parts.count - 1];
    bool shown = *target == '/';
    target += shown;
    if (shown)
        alias = path_base(alias);
    if (parts.count > 2 || !*target || !*alias)
        return error_set(err, ERROR_INVALID, 0, "Links: bad format for links: %.200s", text);
    str_list_add(arena, &network->links, arena_printf(arena, "%s:%s", target, alias));
    return 0;
}

int docker_add_links(struct arena *arena, const struct str_list *links, struct container_network *network, struct error **err)
{
    for (size_t i = 0; i < links->count; i++)
        if (add_link(arena, str_or(links->items[i], ""), network, err) < 0)
            return -1;
    return 0;
}

int docker_translate_endpoint(struct arena *arena, const char *name, const struct docker_endpoint *endpoint,
                              struct container_network *ret_network, struct error **err)
{
    static const struct docker_endpoint nothing;
    const struct docker_endpoint *from = endpoint ? endpoint : &nothing;
    if (check(name, from, err) < 0)
        return -1;
    *ret_network = (struct container_network){
        .name = is_default(name) ? "bridge" : name,
        .aliases = from->aliases,
        .static_mac = from->mac,
        .driver_options = from->driver_options,
        .gateway_priority = from->gateway_priority,
    };
    if (docker_add_links(arena, &from->links, ret_network, err) < 0)
        return -1;
    if (!from->ipam)
        return 0;
    if (add_address(arena, "IPv4 address", from->ipam->ip, false, ret_network, err) < 0)
        return -1;
    return add_address(arena, "IPv6 address", from->ipam->ip6, true, ret_network, err);
}
