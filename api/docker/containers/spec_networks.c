#include "api/docker/containers/spec_parts.h"

#include <string.h>

#include "api/docker/networks/endpoint.h"
#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

#define PORT_MAX 65535

/* Clients call the default network by either name, or not at all. */
static bool is_default(const char *name)
{
    return str_empty(name) || !strcmp(name, "default") || !strcmp(name, "bridge");
}

static int add_network(struct arena *arena, const char *name, const struct docker_endpoint *endpoint,
                       struct container_spec *spec, struct error **err)
{
    struct container_network network;
    if (docker_translate_endpoint(arena, name, endpoint, &network, err) < 0)
        return -1;
    spec->networks.items[spec->networks.count++] = network;
    return 0;
}

static const struct docker_endpoint *find_endpoint(const struct docker_networking_config *config, const char *mode)
{
    for (size_t i = 0; i < config->endpoints.count; i++) {
        const char *name = config->endpoints.items[i].key;
        if (!strcmp(name, mode) || (is_default(name) && is_default(mode)))
            return &config->endpoints.items[i].value;
    }
    return NULL;
}

/* Modes without networks of their own still come with an entry of that name, which then may not ask for anything. */
static int refuse_endpoints(const struct docker_networking_config *config, const char *mode, struct error **err)
{
    for (size_t i = 0; i < config->endpoints.count; i++) {
        const struct docker_endpoint *endpoint = &config->endpoints.items[i].value;
        if (strcmp(config->endpoints.items[i].key, mode) && !is_default(config->endpoints.items[i].key))
            return error_set(err, ERROR_INVALID, 0,
                             "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
        if (endpoint->aliases.count || endpoint->links.count || endpoint->ipam || !str_empty(endpoint->mac))
            return error_set(err, ERROR_INVALID, 0, "EndpointsConfig: network mode %s takes no addresses, aliases or links",
                             mode);
    }
    return 0;
}

/* The network of NetworkMode comes first; the default one only when it is said, or when nothing else is. */
static int join_networks(struct arena *arena, const struct docker_create *body, const char *mode,
                         struct container_spec *spec, struct error **err)
{
    const struct docker_networking_config *config = &body->networking;
    const struct docker_endpoint *first = find_endpoint(config, mode);
    spec->network_mode = "bridge";
    spec->networks.items = arena_array(arena, config->endpoints.count + 1, sizeof *spec->networks.items);
    if ((first || !is_default(mode) || !config->endpoints.count) && add_network(arena, mode, first, spec, err) < 0)
        return -1;
    for (size_t i = 0; i < config->endpoints.count; i++) {
        const struct docker_endpoint *endpoint = &config->endpoints.items[i].value;
        if (endpoint != first && add_network(arena, config->endpoints.items[i].key, endpoint, spec, err) < 0)
            return -1;
    }
    /* With a network of the user's, clients say them in both places. */
    if ((is_default(mode) || !spec->networks.items[0].links.count) &&
        docker_add_links(arena, &body->host.links, &spec->networks.items[0], err) < 0)
        return -1;
    const char *mac = body->config.mac;
    if (str_empty(mac))
        return 0;
    if (!str_empty(spec->networks.items[0].static_mac) && strcmp(spec->networks.items[0].static_mac, mac))
        return error_set(err, ERROR_INVALID, 0,
                         "the container-wide MAC address must match the endpoint-specific MAC address for the main "
                         "network, or be left empty");
    spec->networks.items[0].static_mac = mac;
    return 0;
}

static int choose_networks(struct arena *arena, const struct docker_create *body, struct container_spec *spec,
                           struct error **err)
{
    const char *mode = body->config.network_disabled ? "none" : str_or(body->host.network_mode, "default");
    spec->docker_network_mode = mode;
    bool joins = str_starts(mode, "container:");
    if (joins && !mode[strlen("container:")])
        return error_set(err, ERROR_INVALID, 0, "Invalid network mode: invalid container format container:<name|id>");
    if (strcmp(mode, "none") && strcmp(mode, "host") && !joins)
        return join_networks(arena, body, mode, spec, err);
    const struct docker_host_config *host = &body->host;
    if (joins && (!str_empty(body->config.hostname) || !str_empty(body->config.mac) || host->port_bindings.count ||
                  host->publish_all_ports || host->dns.count || host->extra_hosts.count))
        return error_set(err, ERROR_INVALID, 0,
                         "conflicting options: hostname, ports, dns, hosts to IP mapping or mac-address and the network "
                         "mode %s: they are those of the other container", mode);
    if (host->links.count)
        return error_set(err, ERROR_INVALID, 0, "conflicting options: network mode %s can't be used with links", mode);
    spec->network_mode = mode;
    return refuse_endpoints(&body->networking, mode, err);
}

/* "80/tcp", or "80" */
static int parse_port(struct arena *arena, const char *text, const char *field, struct container_port *ret_port,
                      struct error **err)
{
    size_t len = strcspn(text, "/");
    const char *protocol = text[len] ? text + len + 1 : "tcp";
    int64_t port = str_to_int(arena_strndup(arena, text, len));
    if (port < 1 || port > PORT_MAX)
        return error_set(err, ERROR_INVALID, 0,
                         "%s: \"%.40s\" is not a port: expected 1 to 65535 and /tcp, /udp or /sctp", field, text);
    if (strcmp(protocol, "tcp") && strcmp(protocol, "udp") && strcmp(protocol, "sctp"))
        return error_set(err, ERROR_INVALID, 0, "%s: invalid proto: %.40s", field, protocol);
    *ret_port = (struct container_port){ .container_port = port, .range = 1, .protocol = protocol };
    return 0;
}

/* "8080", or "8080-8090" for the first of them that is free */
static int add_binding(struct arena *arena, struct container_spec *spec, struct container_port port,
                       const struct docker_port_binding *binding, struct error **err)
{
    const char *text = str_or(binding->host_port, "0"), *dash = strchr(text, '-');
    port.host_ip = binding->host_ip;
    port.host_port = str_to_int(dash ? arena_strndup(arena, text, (size_t)(dash - text)) : text);
    port.host_port_last = dash ? str_to_int(dash + 1) : 0;
    bool ordered = !dash || (port.host_port > 0 && port.host_port <= port.host_port_last);
    if (port.host_port < 0 || port.host_port > PORT_MAX || port.host_port_last > PORT_MAX || !ordered)
        return error_set(err, ERROR_INVALID, 0, "invalid port specification: \"%.40s\"", binding->host_port);
    spec->ports.items[spec->ports.count++] = port;
    return 0;
}

static int translate_ports(struct arena *arena, const struct docker_create *body, struct container_spec *spec,
                           struct error **err)
{
    const struct docker_host_config *host = &body->host;
    struct container_port port;
    size_t room = 0;
    for (size_t i = 0; i < host->port_bindings.count; i++)
        room += host->port_bindings.items[i].value.count;
    spec->ports.items = arena_array(arena, room, sizeof *spec->ports.items);
    for (size_t i = 0; i < host->port_bindings.count; i++) {
        if (parse_port(arena, host->port_bindings.items[i].key, "PortBindings", &port, err) < 0)
            return -1;
        for (size_t j = 0; j < host->port_bindings.items[i].value.count; j++)
            if (add_binding(arena, spec, port, &host->port_bindings.items[i].value.items[j], err) < 0)
                return -1;
    }
    for (size_t i = 0; i < body->config.exposed_ports.count; i++) {
        if (parse_port(arena, body->config.exposed_ports.items[i], "ExposedPorts", &port, err) < 0)
            return -1;
        str_list_add(arena, &spec->expose,
                     arena_printf(arena, "%lld/%s", (long long)port.container_port, port.protocol));
    }
    return 0;
}

int spec_networks(struct arena *arena, const struct docker_create *body, struct container_spec *spec,
                  struct error **err)
{
    const struct docker_host_config *host = &body->host;
    spec->publish_all = host->publish_all_ports;
    spec->dns = host->dns;
    spec->dns_search = host->dns_search;
    spec->dns_options = host->dns_options;
    spec->extra_hosts = host->extra_hosts;
    if (choose_networks(arena, body, spec, err) < 0)
        return -1;
    return translate_ports(arena, body, spec, err);
}
