/* Subnets, gateways, ranges and routes of a new network. */
#include <arpa/inet.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"
#include "core/network/settings.h"
#include "core/network/taken.h"

#define MAX_SUBNETS 64
#define MAX_ROUTES 256

int network_check_subnet(struct arena *arena, const char *field, const char *text, struct error **err)
{
    struct cidr cidr;
    bool exact;
    if (str_empty(text) || cidr_parse(text, &cidr, &exact) < 0)
        return error_set(err, ERROR_INVALID, 0, "%s: invalid subnet \"%.80s\": invalid CIDR block notation", field, str_or(text, ""));
    if (!exact)
        return error_set(err, ERROR_INVALID, 0, "%s: invalid subnet %s: it should be %s", field, text, cidr_print(arena, &cidr));
    return 0;
}

int network_spread_range(struct arena *arena, struct network_subnet *subnet, struct error **err)
{
    struct cidr whole, range;
    if (network_check_subnet(arena, "subnet", subnet->subnet, err) < 0)
        return -1;
    if (cidr_parse(subnet->range, &range, NULL) < 0)
        return error_set(err, ERROR_INVALID, 0, "invalid ip-range \"%.80s\": invalid CIDR block notation", subnet->range);
    cidr_parse(subnet->subnet, &whole, NULL);
    if (range.family != whole.family || range.prefix < whole.prefix || !cidr_contains(&whole, range.base))
        return error_set(err, ERROR_INVALID, 0, "invalid ip-range %s: parent subnet %s doesn't contain ip-range", subnet->range, subnet->subnet);
    subnet->lease_start = address_print(arena, range.family, range.base);
    subnet->lease_end = address_print(arena, range.family, range.base | range.hosts);
    return 0;
}

static int parse_inside(const struct cidr *cidr, const char *text, const char *field, address *ret_address, struct error **err)
{
    if (address_parse(cidr->family, text, ret_address) < 0)
        return error_set(err, ERROR_INVALID, 0, "%s: \"%.80s\" is not an %s address", field, text,
                         cidr->family == AF_INET ? "IPv4" : "IPv6");
    return cidr_contains(cidr, *ret_address) ? 0 : 1;
}

/* The address of the network itself is nobody's, nor is IPv4's last, where the subnet has room for more than two. */
static bool is_special(const struct cidr *cidr, address value)
{
    if (cidr->hosts <= 1)
        return false;
    return value == cidr->base || (cidr->family == AF_INET && value == (cidr->base | cidr->hosts));
}

static int check_gateway(struct arena *arena, const struct network_settings *settings, const struct cidr *cidr,
                         struct network_subnet *subnet, struct error **err)
{
    address gateway;
    if (str_empty(subnet->gateway)) {
        /* Names are asked for at the bridge's address, so an inner network has it only for them. */
        bool needed = !settings->internal || settings->dns;
        gateway = cidr->hosts ? cidr->base + 1 : cidr->base;
        subnet->gateway = needed ? address_print(arena, cidr->family, gateway) : "";
        return 0;
    }
    int outside = parse_inside(cidr, subnet->gateway, "gateway", &gateway, err);
    if (outside > 0 || (!outside && is_special(cidr, gateway)))
        return error_set(err, ERROR_INVALID, 0, "gateway %s not in subnet %s", subnet->gateway, subnet->subnet);
    return outside;
}

static int check_range(const struct cidr *cidr, const struct network_subnet *subnet, struct error **err)
{
    address start = cidr->base, end = cidr->base | cidr->hosts;
    int outside = 0;
    if (!str_empty(subnet->lease_start))
        outside = parse_inside(cidr, subnet->lease_start, "lease_range.start_ip", &start, err);
    if (outside > 0)
        return error_set(err, ERROR_INVALID, 0, "lease_range.start_ip: %s not in subnet %s", subnet->lease_start, subnet->subnet);
    if (!outside && !str_empty(subnet->lease_end))
        outside = parse_inside(cidr, subnet->lease_end, "lease_range.end_ip", &end, err);
    if (outside > 0)
        return error_set(err, ERROR_INVALID, 0, "lease_range.end_ip: %s not in subnet %s", subnet->lease_end, subnet->subnet);
    if (!outside && start > end)
        return error_set(err, ERROR_INVALID, 0, "lease_range: %s is after %s", subnet->lease_start, subnet->lease_end);
    return outside;
}

static int check_auxiliary(const struct cidr *cidr, const struct network_subnet *subnet, struct error **err)
{
    for (size_t i = 0; i < subnet->auxiliary.count; i++) {
        address value;
        int outside = parse_inside(cidr, subnet->auxiliary.items[i].value, "auxiliary address", &value, err);
        if (outside > 0)
            return error_set(err, ERROR_INVALID, 0, "invalid auxiliary address %.80s: parent subnet %s doesn't contain this address",
                             subnet->auxiliary.items[i].key, subnet->subnet);
        if (outside < 0)
            return -1;
    }
    return 0;
}

static int add_given(struct arena *arena, const struct network_settings *settings, const struct network_subnet *given,
                     struct taken *taken, struct network *network, struct error **err)
{
    struct cidr cidr;
    struct network_subnet subnet = *given;
    if (str_empty(given->subnet) || cidr_parse(given->subnet, &cidr, NULL) < 0)
        return error_set(err, ERROR_INVALID, 0, "subnets: \"%.80s\" is not a subnet: expected a CIDR such as 10.100.0.0/24",
                         str_or(given->subnet, ""));
    subnet.subnet = cidr_print(arena, &cidr);
    subnet.lease_start = str_or(given->lease_start, "");
    subnet.lease_end = str_or(given->lease_end, "");
    subnet.range = str_or(given->range, "");
    const char *by = taken_by(taken, &cidr);
    if (by)
        return error_set_about(err, ERROR_CONFLICT, "subnet", subnet.subnet,
                               "subnet %s is already used on the host or by another config: %s", subnet.subnet, by);
    if (check_gateway(arena, settings, &cidr, &subnet, err) < 0 || check_range(&cidr, &subnet, err) < 0 ||
        check_auxiliary(&cidr, &subnet, err) < 0)
        return -1;
    taken_add(arena, taken, &cidr, "another subnet of the request");
    network->subnets.items[network->subnets.count++] = subnet;
    network->ipv6 |= cidr.family == AF_INET6;
    return 0;
}

static bool has_family(const struct network *network, int family)
{
    for (size_t i = 0; i < network->subnets.count; i++)
        if (address_family(network->subnets.items[i].subnet) == family)
            return true;
    return false;
}

static int add_free(struct arena *arena, const struct network_settings *settings, struct taken *taken, int family,
                    struct network *network, struct error **err)
{
    const struct network_subnet subnet = { .subnet = taken_free_subnet(arena, taken, family, err) };
    return subnet.subnet ? add_given(arena, settings, &subnet, taken, network, err) : -1;
}

static int check_routes(struct arena *arena, const struct network_settings *settings, struct network *network, struct error **err)
{
    if (settings->routes.count > MAX_ROUTES)
        return error_set(err, ERROR_INVALID, 0, "routes: more than %d", MAX_ROUTES);
    network->routes.items = arena_array(arena, settings->routes.count, sizeof *network->routes.items);
    for (size_t i = 0; i < settings->routes.count; i++) {
        const struct network_route *route = &settings->routes.items[i];
        struct cidr cidr = { .family = AF_INET };
        bool exact = true;
        address gateway;
        /* 0.0.0.0/0 and ::/0 are no subnets, but routes may well be */
        bool all = str_eq(route->destination, "0.0.0.0/0") || str_eq(route->destination, "::/0");
        if (all)
            cidr.family = address_family(route->destination);
        else if (str_empty(route->destination) || cidr_parse(route->destination, &cidr, &exact) < 0 || !exact)
            return error_set(err, ERROR_INVALID, 0, "routes: destination \"%.80s\" is not a subnet in CIDR form",
                             str_or(route->destination, ""));
        if (str_empty(route->gateway) || address_parse(cidr.family, route->gateway, &gateway) < 0)
            return error_set(err, ERROR_INVALID, 0, "routes: gateway \"%.80s\" is not an address of the family of %s",
                             str_or(route->gateway, ""), route->destination);
        if (route->metric && (*route->metric < 0 || *route->metric > UINT32_MAX))
            return error_set(err, ERROR_INVALID, 0, "routes: metric %lld is not 0 to 4294967295", (long long)*route->metric);
        network->routes.items[network->routes.count++] = *route;
    }
    return 0;
}

int settings_subnets(struct arena *arena, const struct network_settings *settings, struct taken *taken,
                     struct network *network, struct error **err)
{
    const char *ipam = str_map_get(&network->ipam_options, "driver");
    if (settings->subnets.count > MAX_SUBNETS)
        return error_set(err, ERROR_INVALID, 0, "subnets: more than %d", MAX_SUBNETS);
    if (str_eq(ipam, "none") && settings->subnets.count)
        return error_set(err, ERROR_INVALID, 0, "none ipam driver is set but subnets are given");
    network->subnets.items = arena_array(arena, settings->subnets.count + 2, sizeof *network->subnets.items);
    for (size_t i = 0; i < settings->subnets.count; i++)
        if (add_given(arena, settings, &settings->subnets.items[i], taken, network, err) < 0)
            return -1;
    bool choose = !str_eq(ipam, "none");
    if (choose && settings->ipv4 && !has_family(network, AF_INET) && add_free(arena, settings, taken, AF_INET, network, err) < 0)
        return -1;
    if (choose && settings->ipv6 && !has_family(network, AF_INET6) && add_free(arena, settings, taken, AF_INET6, network, err) < 0)
        return -1;
    return check_routes(arena, settings, network, err);
}
