/* coracle secret rm, coracle secret exists */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/error.h"

static int remove_all(const struct client *client, int argc, char **argv, struct error **err)
{
    if (command_next(&command_secret_rm, argc, argv, err) < 0)
        return -1;
    if (optind == argc)
        return command_usage(&command_secret_rm, err);
    return command_each(client, "DELETE", LIBPOD "/secrets/%s", argc, argv, err);
}

static int exists(const struct client *client, int argc, char **argv, struct error **err)
{
    return command_exists(client, &command_secret_exists, LIBPOD "/secrets/%s/exists", argc, argv, err);
}

const struct command command_secret_rm = {
    .name = "secret rm",
    .arguments = "SECRET...",
    .help = "Remove secrets",
    .run = remove_all,
};

const struct command command_secret_exists = {
    .name = "secret exists",
    .arguments = "SECRET",
    .help = "End with 0 when there is such a secret, with 1 when there is none",
    .run = exists,
};
