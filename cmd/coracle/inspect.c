/* coracle inspect */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/error.h"

/* A container of that name, else an image. */
static const struct json *find(const struct client *client, const char *name, struct error **err)
{
    const char *escaped = client_escape(client, name);
    const struct json *found =
        command_get(client, arena_printf(client->arena, LIBPOD "/containers/%s/json", escaped), err);
    if (found || (*err)->kind != ERROR_NOT_FOUND)
        return found;
    error_clear(err);
    found = command_get(client, arena_printf(client->arena, LIBPOD "/images/%s/json", escaped), err);
    if (!found && (*err)->kind == ERROR_NOT_FOUND) {
        error_clear(err);
        error_set(err, ERROR_NOT_FOUND, 0, "no container and no image is called \"%s\"", name);
    }
    return found;
}

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_inspect, argc, argv, &format, err) < 0)
        return -1;
    if (optind == argc)
        return command_usage(&command_inspect, err);
    for (int i = optind; i < argc; i++) {
        const struct json *object = find(client, argv[i], err);
        if (!object || output_object(format, object, err) < 0)
            return -1;
    }
    return 0;
}

const struct command command_inspect = {
    .name = "inspect",
    .arguments = "CONTAINER|IMAGE...",
    .help = "Show everything about containers or images",
    .options = option_rows,
    .run = run,
};
