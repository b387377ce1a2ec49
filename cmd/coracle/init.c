/* coracle init */
#include <getopt.h>

#include "cmd/coracle/command.h"

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    if (command_next(&command_init, argc, argv, err) < 0)
        return -1;
    if (optind == argc)
        return command_usage(&command_init, err);
    return command_each(client, "POST", LIBPOD "/containers/%s/init", argc, argv, err);
}

const struct command command_init = {
    .name = "init",
    .arguments = "CONTAINER...",
    .help = "Set containers up without starting their commands",
    .run = run,
};
