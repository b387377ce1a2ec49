/* coracle network update */
#include <getopt.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"

#define MAX_BODY (1u << 16)

static const struct command_option option_rows[] = {
    { OPTION_DNS_ADD, "dns-add", "ADDRESS", "one more server for names from outside; may come several times" },
    { OPTION_DNS_DROP, "dns-drop", "ADDRESS", "one less; may come several times" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    struct libpod_network_update update = { 0 };
    autobuf body = BUF(MAX_BODY);
    for (int key; (key = command_next(&command_network_update, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        str_list_add(client->arena, key == OPTION_DNS_ADD ? &update.add : &update.remove, optarg);
    }
    if (optind + 1 != argc)
        return command_usage(&command_network_update, err);
    schema_encode(&body, libpod_network_update_schema(), &update, SCHEMA_NEWEST);
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/networks/%s/update", client_escape(client, argv[optind])),
        .body = buf_text(&body),
    };
    return client_call(client, &request, NULL, err) < 0 ? -1 : 0;
}

const struct command command_network_update = {
    .name = "network update",
    .arguments = "NETWORK",
    .help = "Change a network's name servers",
    .options = option_rows,
    .run = run,
};
