#include "api/docker/networks/settings.h"

#include <arpa/inet.h>
#include <string.h>

#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"

#define BRIDGE_OPTION "com.docker.network.bridge."

static int check_name(const char *name, struct error **err)
{
    static const char *const predefined[] = { "bridge", "default", "host", "none" };
    if (str_empty(name))
        return error_set(err, ERROR_INVALID, 0, "Name: invalid name: \"\"");
    for (size_t i = 0; i < sizeof predefined / sizeof *predefined; i++)
        if (!strcmp(name, predefined[i]))
            return error_set(err, ERROR_FORBIDDEN, 0, "operation is not permitted on predefined %s network", name);
    return 0;
}

static int check_driver(const char *driver, struct error **err)
{
    static const char *const ours[] = { "bridge", "macvlan", "ipvlan" };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcmp(driver, ours[i]))
            return 0;
    if (!strcmp(driver, "host") || !strcmp(driver, "null"))
        return error_set(err, ERROR_FORBIDDEN, 0, "only one instance of \"%s\" network is allowed", driver);
    if (!strcmp(driver, "overlay"))
        return error_set(err, ERROR_FORBIDDEN, 0, "Driver: overlay: this node is not a swarm manager, and cannot be one");
    return error_set_about(err, ERROR_NOT_FOUND, "plugin", driver, "Driver: plugin \"%.80s\" not found: expected bridge, macvlan or ipvlan",
                           driver);
}

static int check_rest(const struct docker_network_create *body, struct error **err)
{
    const char *scope = str_or(body->scope, "local"), *ipam = str_or(body->ipam.driver, "default");
    if (!strcmp(scope, "swarm"))
        return error_set(err, ERROR_FORBIDDEN, 0, "cannot create a swarm scoped network when swarm is not active");
    if (strcmp(scope, "local") != 0)
        return unhonoured_value("Scope", scope, "local", err);
    if (body->config_from && !str_empty(body->config_from->network))
        return unhonoured_value("ConfigFrom", body->config_from->network, "it to be absent", err);
    if (strcmp(ipam, "default") != 0)
        return error_set_about(err, ERROR_NOT_FOUND, "plugin", ipam, "IPAM.Driver: plugin \"%.80s\" not found: expected default", ipam);
    return unhonoured_refuse(docker_network_create_schema(), body, "", NULL, err);
}

/* ---- options ---- */

/* What netavark's bridges do anyway, and cannot do otherwise. */
static const struct {
    const char *name, *values;
} fixed[] = {
    { BRIDGE_OPTION "default_bridge", "false|0" },
    { BRIDGE_OPTION "enable_icc", "true|1" },
    { BRIDGE_OPTION "enable_ip_masquerade", "true|1" },
    { BRIDGE_OPTION "gateway_mode_ipv4", "nat" },
    { BRIDGE_OPTION "gateway_mode_ipv6", "nat" },
    { BRIDGE_OPTION "inhibit_ipv4", "false|0" },
};
/* What goes by another name: as an option of netavark's, or ("") as the interface. */
static const struct {
    const char *driver, *name, *ours;
} renamed[] = {
    { "bridge", BRIDGE_OPTION "name", "" },
    { "macvlan", "parent", "" },
    { "ipvlan", "parent", "" },
    { "macvlan", "macvlan_mode", "mode" },
    { "ipvlan", "ipvlan_mode", "mode" },
};

static const char *our_name(const char *driver, const char *name)
{
    if (!strcmp(name, "com.docker.network.driver.mtu"))
        return "mtu";
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (!strcmp(renamed[i].driver, driver) && !strcmp(renamed[i].name, name))
            return renamed[i].ours;
    return name;
}

/* Where ports are published that say nothing else; it is looked up at each start. */
static int check_binding(const char *value, struct error **err)
{
    struct in_addr address;
    return inet_pton(AF_INET, value, &address) == 1 ? 0 : unhonoured_value("Options: " NETWORK_HOST_BINDING, value, "an IPv4 address", err);
}

static int take_option(struct arena *arena, const char *name, const char *value, struct network_settings *settings,
                       struct error **err)
{
    if (!strcmp(name, NETWORK_HOST_BINDING) && !strcmp(settings->driver, "bridge"))
        return check_binding(value, err);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!strcmp(fixed[i].name, name))
            return unhonoured_word(arena_printf(arena, "Options: %s", name), value, fixed[i].values, err);
    const char *ours = our_name(settings->driver, name);
    if (*ours)
        str_map_set(arena, &settings->options, ours, value);
    else
        settings->interface = value;
    return 0;
}

static int take_options(struct arena *arena, const struct docker_network_create *body, struct network_settings *settings,
                        struct error **err)
{
    settings->docker_options = body->options;
    for (size_t i = 0; i < body->options.count; i++)
        if (take_option(arena, body->options.items[i].key, str_or(body->options.items[i].value, ""), settings, err) < 0)
            return -1;
    /* dockerd would make a dummy interface, which leads nowhere */
    if (strcmp(settings->driver, "bridge") != 0 && str_empty(settings->interface))
        return error_set(err, ERROR_INVALID, 0, "Options: parent: the %s driver needs the name of an interface", settings->driver);
    return 0;
}

/* ---- addresses ---- */

static int take_subnet(struct arena *arena, const struct docker_ipam_config *from, struct network_subnet *subnet, struct error **err)
{
    *subnet = (struct network_subnet){
        .subnet = from->subnet,
        .gateway = from->gateway,
        .range = from->range,
        .auxiliary = from->auxiliary,
    };
    if (network_check_subnet(arena, "IPAM.Config: Subnet", from->subnet, err) < 0)
        return -1;
    return str_empty(from->range) ? 0 : network_spread_range(arena, subnet, err);
}

static int take_subnets(struct arena *arena, const struct docker_network_create *body, struct network_settings *settings,
                        struct error **err)
{
    size_t count = body->ipam.config.count;
    settings->docker_ipam_options = body->ipam.options;
    settings->subnets.items = arena_array(arena, count, sizeof *settings->subnets.items);
    for (size_t i = 0; i < count; i++) {
        const struct docker_ipam_config *from = &body->ipam.config.items[i];
        if (str_empty(from->subnet) && str_empty(from->gateway) && str_empty(from->range) && !from->auxiliary.count)
            continue; /* old clients send an empty one for none */
        if (take_subnet(arena, from, &settings->subnets.items[settings->subnets.count++], err) < 0)
            return -1;
        if (body->ipv4 && !*body->ipv4 && !strchr(from->subnet, ':'))
            return error_set(err, ERROR_INVALID, 0, "IPAM.Config: Subnet: \"%s\" is IPv4 and EnableIPv4 false", from->subnet);
    }
    return 0;
}

int docker_network_settings(struct arena *arena, const struct docker_network_create *body,
                            struct network_settings *ret_settings, struct error **err)
{
    *ret_settings = (struct network_settings){
        .name = body->name,
        .driver = str_or(body->driver, "bridge"),
        .ipv4 = !body->ipv4 || *body->ipv4,
        .ipv6 = body->ipv6 && *body->ipv6,
        .internal = body->internal,
        .dns = true,
        .attachable = body->attachable,
        .labels = body->labels,
    };
    if (check_name(body->name, err) < 0 || check_driver(ret_settings->driver, err) < 0 || check_rest(body, err) < 0 ||
        take_options(arena, body, ret_settings, err) < 0 || take_subnets(arena, body, ret_settings, err) < 0)
        return -1;
    if (!ret_settings->ipv4 && !ret_settings->ipv6 && !ret_settings->subnets.count)
        return error_set(err, ERROR_INVALID, 0, "EnableIPv4: false, and EnableIPv6 is not true: a network needs one of them");
    return 0;
}
