/* coracle stop */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"

static const struct command_option option_rows[] = {
    { 't', "time", "SECONDS", "how long to wait before KILL; -1 for ever" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *path = LIBPOD "/containers/%s/stop?ignore=true";
    for (int key; (key = command_next(&command_stop, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        path = arena_printf(client->arena, LIBPOD "/containers/%%s/stop?ignore=true&timeout=%s",
                            client_escape(client, optarg));
    }
    if (optind == argc)
        return command_usage(&command_stop, err);
    return command_each(client, "POST", path, argc, argv, err);
}

const struct command command_stop = {
    .name = "stop",
    .arguments = "CONTAINER...",
    .help = "Stop containers: their stop signal, then KILL",
    .options = option_rows,
    .run = run,
};
