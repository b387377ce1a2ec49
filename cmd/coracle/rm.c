/* coracle rm */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"

static const struct command_option option_rows[] = {
    { 'f', "force", NULL, "also those that run" },
    { 'v', "volumes", NULL, "with their anonymous volumes" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *force = "false", *volumes = "false";
    for (int key; (key = command_next(&command_rm, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        *(key == 'f' ? &force : &volumes) = "true";
    }
    if (optind == argc)
        return command_usage(&command_rm, err);
    const char *path = arena_printf(client->arena, LIBPOD "/containers/%%s?force=%s&v=%s", force, volumes);
    return command_each(client, "DELETE", path, argc, argv, err);
}

const struct command command_rm = {
    .name = "rm",
    .arguments = "CONTAINER...",
    .help = "Remove containers",
    .options = option_rows,
    .run = run,
};
