#include "core/network/settings.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"
#include "core/network/taken.h"

#define MAX_DNS_SERVERS 64

int settings_check_interface(const char *field, const char *name, struct error **err)
{
    size_t len = strlen(name);
    bool good = len && len < IF_NAMESIZE && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    for (size_t i = 0; good && i < len; i++)
        good = isgraph((unsigned char)name[i]) && name[i] != '/' && name[i] != ':';
    if (!good)
        return error_set(err, ERROR_INVALID, 0, "%s: \"%.80s\" is not a name for an interface: expected at most %d letters, no blank, \"/\" or \":\"",
                         field, name, IF_NAMESIZE - 1);
    return 0;
}

int settings_check_dns_server(const char *field, const char *server, struct error **err)
{
    address value;
    if (address_parse(address_family(server), server, &value) < 0)
        return error_set(err, ERROR_INVALID, 0, "unable to parse ip %.80s specified in %s", server, field);
    return 0;
}

static int check_driver(const char *driver, struct error **err)
{
    if (strcmp(driver, "bridge") != 0 && strcmp(driver, "macvlan") != 0 && strcmp(driver, "ipvlan") != 0)
        return error_set_about(err, ERROR_INVALID, "driver", driver,
                               "driver: \"%.80s\" is not known: expected bridge, macvlan or ipvlan", driver);
    return 0;
}

/* A bridge of the user's that is there already is used, as the peers do; another kind of interface cannot be one. */
static int choose_bridge(struct arena *arena, const struct network_settings *settings, const struct taken *taken,
                         struct network *network, struct error **err)
{
    const char *name = settings->interface;
    if (str_empty(name)) {
        network->interface = taken_free_bridge(arena, taken);
        return 0;
    }
    if (settings_check_interface("network_interface", name, err) < 0)
        return -1;
    if (taken_bridge(taken, name))
        return error_set_about(err, ERROR_CONFLICT, "interface", name, "bridge name %s already in use", name);
    if (if_nametoindex(name) && !taken_is_bridge(name))
        return error_set_about(err, ERROR_INVALID, "interface", name, "network_interface: existing interface %s is not a bridge", name);
    network->interface = name;
    return 0;
}

static int check_parent(const struct network_settings *settings, struct network *network, struct error **err)
{
    const char *name = str_or(settings->interface, "");
    network->interface = name;
    if (*name && settings_check_interface("network_interface", name, err) < 0)
        return -1;
    if (*name && !if_nametoindex(name))
        return error_set(err, ERROR_INVALID, 0, "parent interface %s does not exist", name);
    if (str_eq(name, "lo"))
        return error_set(err, ERROR_INVALID, 0, "network_interface: loopback interface is not a valid %s parent link", network->driver);
    if (settings->internal)
        return error_set(err, ERROR_INVALID, 0, "internal: not supported by the %s driver", network->driver);
    return 0;
}

static int check_ipam(struct arena *arena, const struct network_settings *settings, struct network *network, struct error **err)
{
    bool bridge = !strcmp(network->driver, "bridge");
    for (size_t i = 0; i < settings->ipam_options.count; i++) {
        const struct str_pair *option = &settings->ipam_options.items[i];
        if (strcmp(option->key, "driver") != 0)
            return error_set(err, ERROR_INVALID, 0, "ipam_options: %.80s is not known: expected driver", option->key);
        if (str_eq(option->value, "dhcp"))
            return error_set(err, ERROR_INVALID, 0, "ipam_options: driver: dhcp needs addresses from netavark's dhcp-proxy, which netavark 1.4 "
                             "does not have and this engine does not ask: expected host-local or none");
        if (!str_empty(option->value) && strcmp(option->value, "host-local") != 0 && strcmp(option->value, "none") != 0)
            return error_set(err, ERROR_INVALID, 0, "unsupported ipam driver \"%.80s\": expected host-local or none", option->value);
    }
    const char *driver = str_or(str_map_get(&settings->ipam_options, "driver"), "host-local");
    if (!bridge && !strcmp(driver, "host-local") && !settings->subnets.count)
        return error_set(err, ERROR_INVALID, 0, "subnets: the %s driver needs a subnet, or none as ipam driver: dhcp is not supported",
                         network->driver);
    str_map_set(arena, &network->ipam_options, "driver", driver);
    return 0;
}

static int check_dns(const struct network_settings *settings, struct network *network, struct error **err)
{
    network->dns = settings->dns && !strcmp(network->driver, "bridge"); /* the others have no address of ours to ask at */
    if (settings->dns_servers.count && !settings->dns)
        return error_set(err, ERROR_INVALID, 0, "cannot set NetworkDNSServers if DNS is not enabled for the network");
    if (settings->dns_servers.count > MAX_DNS_SERVERS)
        return error_set(err, ERROR_INVALID, 0, "network_dns_servers: more than %d", MAX_DNS_SERVERS);
    for (size_t i = 0; i < settings->dns_servers.count; i++)
        if (settings_check_dns_server("NetworkDNSServers", settings->dns_servers.items[i], err) < 0)
            return -1;
    network->dns_servers = settings->dns_servers;
    return 0;
}

int settings_complete(struct engine *engine, struct arena *arena, const struct network_settings *settings, struct taken *taken,
                      struct network *network, struct error **err)
{
    bool newer = settings->routes.count > 0;
    network->driver = str_or(settings->driver, "bridge");
    network->internal = settings->internal;
    network->labels = settings->labels;
    network->attachable = settings->attachable;
    network->docker_options = settings->docker_options;
    network->docker_ipam_options = settings->docker_ipam_options;
    if (check_driver(network->driver, err) < 0 || settings_options(arena, settings, network, &newer, err) < 0)
        return -1;
    int rc = strcmp(network->driver, "bridge") != 0 ? check_parent(settings, network, err)
                                                    : choose_bridge(arena, settings, taken, network, err);
    if (rc < 0 || check_ipam(arena, settings, network, err) < 0 || check_dns(settings, network, err) < 0)
        return -1;
    if (settings_subnets(arena, settings, taken, network, err) < 0)
        return -1;
    return settings_check_machine(engine, arena, network->driver, newer, err); /* what can be mended comes first */
}
