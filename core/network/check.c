/* What a container asks of its networks, looked at before anything is made. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/network/lease.h"
#include "core/network/links.h"
#include "core/network/network.h"

#define HOST_NAME_MAX_BYTES 253
#define INTERFACE_MAX 15
#define PRIORITY_MIN (-9999)
#define PRIORITY_MAX 99 /* a route's metric is 100 without, and at least 1 */

static bool in_subnet(const struct network_subnet *subnet, const char *text)
{
    unsigned char ip[16], base[16];
    int family = lease_is_ipv6(subnet) ? AF_INET6 : AF_INET;
    char network[INET6_ADDRSTRLEN] = "";
    size_t len = strcspn(subnet->subnet, "/");
    if (len < sizeof network)
        memcpy(network, subnet->subnet, len);
    if (inet_pton(family, text, ip) != 1 || inet_pton(family, network, base) != 1)
        return false;
    int64_t bits = lease_prefix(subnet);
    size_t whole = (size_t)bits / 8;
    unsigned char mask = (unsigned char)(0xff00 >> (bits % 8));
    return !memcmp(ip, base, whole) && (!mask || (ip[whole] & mask) == (base[whole] & mask));
}

static int check_address(const struct network *network, const char *ip, struct error **err)
{
    unsigned char bytes[16];
    if (inet_pton(strchr(ip, ':') ? AF_INET6 : AF_INET, ip, bytes) != 1)
        return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: invalid IP address: %.60s", network->name, ip);
    for (size_t i = 0; i < network->subnets.count; i++) {
        if (!in_subnet(&network->subnets.items[i], ip))
            continue;
        if (strcmp(network->subnets.items[i].gateway, ip))
            return 0;
        return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: %s is the network's gateway", network->name, ip);
    }
    return error_set(err, ERROR_INVALID, 0,
                     "invalid config for network %s: no configured subnet or ip-range contain the IP address %s", network->name, ip);
}

static bool is_mac(const char *text)
{
    for (int i = 0; i < 6; i++, text += 3)
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) || text[2] != (i < 5 ? ':' : '\0'))
            return false;
    return true;
}

/* aa:bb:…, also with dashes, as clients write it. Arena, or NULL with *err. */
static const char *clean_mac(struct arena *arena, const char *network, const char *given, struct error **err)
{
    char *mac = arena_strdup(arena, given);
    for (char *at = mac; *at; at++)
        *at = *at == '-' ? ':' : (char)tolower((unsigned char)*at);
    if (is_mac(mac) && !(strtol(mac, NULL, 16) & 1))
        return mac;
    error_set(err, ERROR_INVALID, 0, "invalid config for network %s: invalid MAC address %.40s", network, given);
    return NULL;
}

static int check_interface(const struct container_network *asked, struct error **err)
{
    const char *name = str_or(asked->interface_name, "");
    size_t len = strlen(name);
    bool odd = !strcmp(name, "lo") || !strcmp(name, ".") || !strcmp(name, "..") || len > INTERFACE_MAX;
    for (size_t i = 0; i < len; i++)
        odd |= name[i] == '/' || name[i] == ':' || !isgraph((unsigned char)name[i]);
    return odd ? error_set(err, ERROR_INVALID, 0, "invalid config for network %s: \"%.40s\" is not a name for an interface", asked->name, name)
               : 0;
}

bool network_is_host_name(const char *text)
{
    size_t len = strlen(text), good = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    return len && len <= HOST_NAME_MAX_BYTES && good == len;
}

/* Words for aardvark's file: a line's fields are separated by blanks, the names in one by commas. */
static int check_aliases(const struct container_network *asked, struct error **err)
{
    for (size_t i = 0; i < asked->aliases.count; i++) {
        const char *alias = asked->aliases.items[i];
        if (!network_is_host_name(alias))
            return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: alias \"%.80s\" is not a host name", asked->name, alias);
    }
    return 0;
}

int network_check_wish(struct engine *engine, struct arena *arena, struct container_network *asked, struct error **err)
{
    const struct network *network = network_find(engine, arena, asked->name, err);
    if (!network)
        return -1;
    asked->name = network->name;
    asked->id = network->id;
    if (!str_empty(asked->static_mac) && !(asked->static_mac = clean_mac(arena, network->name, asked->static_mac, err)))
        return -1;
    if (asked->gateway_priority < PRIORITY_MIN || asked->gateway_priority > PRIORITY_MAX)
        return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: gateway priority %lld: expected %d to %d", network->name,
                         (long long)asked->gateway_priority, PRIORITY_MIN, PRIORITY_MAX);
    for (size_t i = 0; i < asked->static_ips.count; i++)
        if (check_address(network, asked->static_ips.items[i], err) < 0)
            return -1;
    if (check_interface(asked, err) < 0 || check_aliases(asked, err) < 0)
        return -1;
    return links_check(engine, arena, network, asked, err);
}

static int check_hosts(const struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < spec->extra_hosts.count; i++) {
        const char *text = spec->extra_hosts.items[i], *colon = strchr(text, ':');
        unsigned char bytes[16];
        bool good = colon && colon != text && !memchr(text, ' ', (size_t)(colon - text)) && !strpbrk(text, "\t\r\n");
        if (!good || (strcmp(colon + 1, "host-gateway") && inet_pton(AF_INET, colon + 1, bytes) != 1 && inet_pton(AF_INET6, colon + 1, bytes) != 1))
            return error_set(err, ERROR_INVALID, 0, "invalid extra host \"%.200s\": expected NAME:ADDRESS or NAME:host-gateway", text);
    }
    for (size_t i = 0; i < spec->dns.count; i++) {
        unsigned char bytes[16];
        if (inet_pton(AF_INET, spec->dns.items[i], bytes) != 1 && inet_pton(AF_INET6, spec->dns.items[i], bytes) != 1)
            return error_set(err, ERROR_INVALID, 0, "invalid name server \"%.80s\": expected an IP address", spec->dns.items[i]);
    }
    const struct str_list *words[] = { &spec->dns_search, &spec->dns_options };
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < words[i]->count; j++)
            if (!*words[i]->items[j] || strpbrk(words[i]->items[j], " \t\r\n"))
                return error_set(err, ERROR_INVALID, 0, "invalid %s \"%.80s\": expected one word", i ? "DNS option" : "search domain",
                                 words[i]->items[j]);
    return 0;
}

static int check_ports(const struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < spec->ports.count; i++) {
        const char *ip = str_or(spec->ports.items[i].host_ip, "0.0.0.0");
        unsigned char bytes[16];
        if (inet_pton(AF_INET, ip, bytes) != 1 && inet_pton(AF_INET6, ip, bytes) != 1)
            return error_set(err, ERROR_INVALID, 0, "invalid host address \"%.60s\" of port %lld: expected an IP address", ip,
                             (long long)spec->ports.items[i].container_port);
    }
    return 0;
}

static int refuse_twice(const struct container_spec *spec, size_t index, struct error **err)
{
    const struct container_network *added = &spec->networks.items[index];
    for (size_t i = 0; i < index; i++) {
        const struct container_network *other = &spec->networks.items[i];
        if (!strcmp(other->name, added->name))
            return error_set(err, ERROR_INVALID, 0, "network %s is given twice", added->name);
        if (!str_empty(added->interface_name) && str_eq(other->interface_name, added->interface_name))
            return error_set(err, ERROR_INVALID, 0, "networks %s and %s: interface name %s is given twice", other->name, added->name,
                             added->interface_name);
    }
    return 0;
}

int network_check(struct engine *engine, struct arena *arena, struct container_spec *spec, struct error **err)
{
    if (check_hosts(spec, err) < 0 || check_ports(spec, err) < 0)
        return -1;
    bool bridge = str_eq(str_or(spec->network_mode, "bridge"), "bridge");
    if (!bridge && spec->networks.count)
        return error_set(err, ERROR_INVALID, 0, "networks and static ip/mac address can only be used with Bridge mode networking");
    if (!bridge)
        return 0;
    size_t count = spec->networks.count;
    struct container_network *networks = arena_array(arena, count + 1, sizeof *networks);
    if (count)
        memcpy(networks, spec->networks.items, count * sizeof *networks);
    else if (!spec->networks_set)
        networks[count++].name = "default";
    spec->networks.items = networks;
    spec->networks_set = true;
    for (spec->networks.count = 0; spec->networks.count < count; spec->networks.count++)
        if (network_check_wish(engine, arena, &networks[spec->networks.count], err) < 0 ||
            refuse_twice(spec, spec->networks.count, err) < 0)
            return -1;
    return 0;
}
