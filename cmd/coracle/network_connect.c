/* coracle network connect, coracle network disconnect */
#include <getopt.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MAX_BODY (1u << 20)

static int send(const struct client *client, const char *verb, const char *network, const struct schema *schema, const void *body,
                struct error **err)
{
    autobuf text = BUF(MAX_BODY);
    schema_encode(&text, schema, body, SCHEMA_NEWEST);
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/networks/%s/%s", client_escape(client, network), verb),
        .body = buf_text(&text),
    };
    return client_call(client, &request, NULL, err) < 0 ? -1 : 0;
}

static int join(const struct client *client, int argc, char **argv, struct error **err)
{
    struct libpod_connect body = { 0 };
    struct libpod_network_options *options = &body.options;
    int key;
    while ((key = command_next(&command_network_connect, argc, argv, err)) > 0) {
        if (key == OPTION_ALIAS)
            str_list_add(client->arena, &options->aliases, optarg);
        else if (key == OPTION_MAC_ADDRESS)
            options->static_mac = optarg;
        else
            str_list_add(client->arena, &options->static_ips, optarg); /* --ip or --ip6 */
    }
    if (key < 0)
        return -1;
    if (optind + 2 != argc)
        return command_usage(&command_network_connect, err);
    body.container = argv[optind + 1];
    return send(client, "connect", argv[optind], libpod_connect_schema(), &body, err);
}

static int leave(const struct client *client, int argc, char **argv, struct error **err)
{
    struct libpod_disconnect body = { 0 };
    int key;
    while ((key = command_next(&command_network_disconnect, argc, argv, err)) > 0)
        body.force = true;
    if (key < 0)
        return -1;
    if (optind + 2 != argc)
        return command_usage(&command_network_disconnect, err);
    body.container = argv[optind + 1];
    return send(client, "disconnect", argv[optind], libpod_disconnect_schema(), &body, err);
}

static const struct command_option connect_options[] = {
    { OPTION_ALIAS, "alias", "NAME", "A further name there; may come several times" },
    { OPTION_IP, "ip", "ADDRESS", "IPv4 address" },
    { OPTION_IP6, "ip6", "ADDRESS", "IPv6 address" },
    { OPTION_MAC_ADDRESS, "mac-address", "ADDRESS", "MAC address" },
    { 0 },
};

const struct command command_network_connect = {
    .name = "network connect",
    .arguments = "NETWORK CONTAINER",
    .help = "Let a container join a network",
    .options = connect_options,
    .run = join,
};

static const struct command_option disconnect_options[] = {
    { 'f', "force", NULL, "Also when the network cannot be taken down" },
    { 0 },
};

const struct command command_network_disconnect = {
    .name = "network disconnect",
    .arguments = "NETWORK CONTAINER",
    .help = "Let a container leave a network",
    .options = disconnect_options,
    .run = leave,
};
