/* coracle secret inspect */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { OPTION_SHOWSECRET, "showsecret", NULL, "with the value, as SecretData" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format = NULL, *query = "";
    for (int key; (key = command_next(&command_secret_inspect, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        if (key == OPTION_FORMAT)
            format = optarg;
        else
            query = "?showsecret=true";
    }
    if (optind == argc)
        return command_usage(&command_secret_inspect, err);
    for (int i = optind; i < argc; i++) {
        const char *name = client_escape(client, argv[i]);
        const struct json *secret = command_get(client, arena_printf(client->arena, LIBPOD "/secrets/%s/json%s", name, query), err);
        if (!secret || output_object(format, secret, err) < 0)
            return -1;
    }
    return 0;
}

const struct command command_secret_inspect = {
    .name = "secret inspect",
    .arguments = "SECRET...",
    .help = "Show everything about secrets",
    .options = option_rows,
    .run = run,
};
