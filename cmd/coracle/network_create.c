/* coracle network create */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define MAX_SUBNETS 16
#define MAX_BODY (1u << 20)

static const struct command_option option_rows[] = {
    { 'd', "driver", "DRIVER", "bridge, macvlan or ipvlan" },
    { OPTION_SUBNET, "subnet", "CIDR", "a subnet; may come several times" },
    { OPTION_GATEWAY, "gateway", "ADDRESS", "of the subnet before it" },
    { OPTION_INTERFACE, "interface", "NAME", "of the bridge, or the parent of macvlan and ipvlan" },
    { 'o', "opt", "NAME=VALUE", "an option of the driver; may come several times" },
    { 'l', "label", "NAME=VALUE", "a label; may come several times" },
    { OPTION_DNS, "dns", "ADDRESS", "a server for names from outside; may come several times" },
    { OPTION_DISABLE_DNS, "disable-dns", NULL, "containers do not find each other by name" },
    { OPTION_INTERNAL, "internal", NULL, "no way out" },
    { OPTION_IPV6, "ipv6", NULL, "an IPv6 subnet too" },
    { OPTION_IGNORE, "ignore", NULL, "a network of that name is fine" },
    { 0 },
};

static void add_word(const struct client *client, struct str_map *words, const char *text)
{
    size_t len = strcspn(text, "=");
    str_map_set(client->arena, words, arena_strndup(client->arena, text, len), text[len] ? text + len + 1 : "");
}

static int add_subnet(struct libpod_network *network, const char *cidr, struct error **err)
{
    if (network->subnets.count == MAX_SUBNETS)
        return error_set(err, ERROR_INVALID, 0, "--subnet: more than %d", MAX_SUBNETS);
    network->subnets.items[network->subnets.count++].subnet = cidr;
    return 0;
}

static int add_gateway(struct libpod_network *network, const char *address, struct error **err)
{
    if (!network->subnets.count)
        return error_set(err, ERROR_INVALID, 0, "--gateway: there is no --subnet before it");
    network->subnets.items[network->subnets.count - 1].gateway = address;
    return 0;
}

static int take(const struct client *client, int key, struct libpod_network *network, const char **ignore, struct error **err)
{
    switch (key) {
    case 'd': network->driver = optarg; return 0;
    case OPTION_SUBNET: return add_subnet(network, optarg, err);
    case OPTION_GATEWAY: return add_gateway(network, optarg, err);
    case OPTION_INTERFACE: network->interface = optarg; return 0;
    case 'o': add_word(client, &network->options, optarg); return 0;
    case 'l': add_word(client, &network->labels, optarg); return 0;
    case OPTION_DNS: str_list_add(client->arena, &network->dns_servers, optarg); return 0;
    case OPTION_DISABLE_DNS: network->dns = false; return 0;
    case OPTION_INTERNAL: network->internal = true; return 0;
    case OPTION_IPV6: network->ipv6 = true; return 0;
    case OPTION_IGNORE: *ignore = "true"; return 0;
    default: return -1;
    }
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *ignore = "false";
    struct libpod_network network = { .dns = true };
    autobuf body = BUF(MAX_BODY), answer = BUF(MAX_BODY);
    network.subnets.items = arena_array(client->arena, MAX_SUBNETS, sizeof *network.subnets.items);
    for (int key; (key = command_next(&command_network_create, argc, argv, err)) != 0;)
        if (key < 0 || take(client, key, &network, &ignore, err) < 0)
            return -1;
    if (optind + 1 < argc)
        return command_usage(&command_network_create, err);
    network.name = optind < argc ? argv[optind] : "";
    schema_encode(&body, libpod_network_schema(), &network, SCHEMA_NEWEST);
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/networks/create?ignoreIfExists=%s", ignore),
        .body = buf_text(&body),
    };
    if (client_call(client, &request, &answer, err) < 0)
        return -1;
    const struct json *created = json_parse(client->arena, buf_text(&answer), answer.len, SCHEMA_LIMITS, err);
    if (!created)
        return error_wrap(err, "%s answered what is no JSON", client->url);
    puts(json_get_text(created, "name") ? json_get_text(created, "name") : "");
    return 0;
}

const struct command command_network_create = {
    .name = "network create",
    .arguments = "[NAME]",
    .help = "Make a network",
    .options = option_rows,
    .run = run,
};
