/* coracle healthcheck run */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/str.h"

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_healthcheck_run, argc, argv, &format, err) < 0)
        return -1;
    if (optind != argc - 1)
        return command_usage(&command_healthcheck_run, err);
    const struct json *result =
        command_get(client, arena_printf(client->arena, LIBPOD "/containers/%s/healthcheck", client_escape(client, argv[optind])), err);
    if (!result)
        return -1;
    if (format && output_object(format, result, err) < 0)
        return -1;
    if (!format)
        puts(output_member(result, "Status"));
    return str_eq(output_member(result, "Status"), "unhealthy");
}

const struct command command_healthcheck_run = {
    .name = "healthcheck run",
    .arguments = "CONTAINER",
    .help = "Run a container's health check now; 1 when it fails",
    .options = option_rows,
    .run = run,
};
