/* Networks and hosts of a SpecGenerator; core/network checks what they say. */
#include "api/libpod/containers/spec.h"

#include <string.h>

#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

/* Go writes addresses of that kind in base64 where it does not know better, as in the old members. */
static const char *mac_text(struct arena *arena, const char *given)
{
    size_t len = 0;
    const unsigned char *bytes = NULL;
    if (!str_empty(given) && !strpbrk(given, ":-"))
        bytes = (const unsigned char *)str_base64_decode(arena, given, &len);
    if (!bytes || len != 6)
        return given;
    return arena_printf(arena, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
}

static struct container_network *find(struct container_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->networks.count; i++)
        if (!strcmp(spec->networks.items[i].name, name))
            return &spec->networks.items[i];
    return NULL;
}

static void add(struct container_spec *spec, struct container_network network)
{
    spec->networks.items[spec->networks.count++] = network;
}

/* What podman 3 said about all networks at once. */
static int take_old_form(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    if (str_empty(body->static_ip) && str_empty(body->static_ipv6) && str_empty(body->static_mac))
        return 0;
    if (strcmp(spec->network_mode, "bridge"))
        return error_set(err, ERROR_INVALID, 0, "networks and static ip/mac address can only be used with Bridge mode networking");
    if (spec->networks.count > 1)
        return error_set(err, ERROR_INVALID, 0, "static_ip, static_ipv6 and static_mac are for a container on one network: it has %zu",
                         spec->networks.count);
    if (!spec->networks.count)
        add(spec, (struct container_network){ .name = "default" });
    struct container_network *first = &spec->networks.items[0];
    first->static_ips = str_list_copy(arena, &first->static_ips);
    if (!str_empty(body->static_ip))
        str_list_add(arena, &first->static_ips, body->static_ip);
    if (!str_empty(body->static_ipv6))
        str_list_add(arena, &first->static_ips, body->static_ipv6);
    if (!str_empty(body->static_mac))
        first->static_mac = mac_text(arena, body->static_mac);
    return 0;
}

static int take_old_aliases(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < body->aliases.count; i++) {
        struct container_network *network = find(spec, body->aliases.items[i].key);
        if (!network)
            return error_set(err, ERROR_INVALID, 0, "aliases: the container is not on network \"%.80s\"", body->aliases.items[i].key);
        network->aliases = str_list_copy(arena, &network->aliases);
        for (size_t j = 0; j < body->aliases.items[i].value.count; j++)
            str_list_add(arena, &network->aliases, body->aliases.items[i].value.items[j]);
    }
    return 0;
}

/* "a;b:1.2.3.4" is one address for several names. */
static void take_hosts(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec)
{
    for (size_t i = 0; i < body->hostadd.count; i++) {
        const char *text = body->hostadd.items[i], *colon = strchrnul(text, ':');
        struct str_list names = str_split(arena, arena_strndup(arena, text, (size_t)(colon - text)), ';');
        for (size_t j = 0; j < names.count; j++)
            str_list_add(arena, &spec->extra_hosts, arena_printf(arena, "%s%s", names.items[j], colon));
        if (!names.count)
            str_list_add(arena, &spec->extra_hosts, text);
    }
}

int libpod_translate_networks(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    spec->networks.items = arena_array(arena, body->networks.count + body->cni_networks.count + 1, sizeof *spec->networks.items);
    for (size_t i = 0; i < body->networks.count; i++) {
        const struct libpod_network_options *options = &body->networks.items[i].value;
        add(spec, (struct container_network){
                      .name = body->networks.items[i].key,
                      .aliases = options->aliases,
                      .static_ips = options->static_ips,
                      .static_mac = mac_text(arena, options->static_mac),
                      .interface_name = options->interface_name,
                      .driver_options = options->options,
                  });
    }
    for (size_t i = 0; i < body->cni_networks.count; i++)
        if (!find(spec, body->cni_networks.items[i]))
            add(spec, (struct container_network){ .name = body->cni_networks.items[i] });
    take_hosts(arena, body, spec);
    return take_old_form(arena, body, spec, err) < 0 ? -1 : take_old_aliases(arena, body, spec, err);
}
