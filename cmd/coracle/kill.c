/* coracle kill */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"

static const struct command_option option_rows[] = {
    { 's', "signal", "SIGNAL", "a name or number, KILL by default" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *path = LIBPOD "/containers/%s/kill";
    for (int key; (key = command_next(&command_kill, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        path = arena_printf(client->arena, LIBPOD "/containers/%%s/kill?signal=%s", client_escape(client, optarg));
    }
    if (optind == argc)
        return command_usage(&command_kill, err);
    return command_each(client, "POST", path, argc, argv, err);
}

const struct command command_kill = {
    .name = "kill",
    .arguments = "CONTAINER...",
    .help = "Send a signal to containers",
    .options = option_rows,
    .run = run,
};
