/* coracle version */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/schema/json.h"
#include "core/base/version.h"

static void show(const struct client *client, const struct json *server)
{
    printf("Client:  coracle %s\nServer:  %s\n", CORACLE_VERSION, client->url);
    const struct json *components = json_get(server, "Components");
    for (size_t i = 0; components && i < components->count; i++) {
        const struct json *component = &components->members[i].value;
        const char *version = output_member(component, "Version"); /* some programs' own words are many lines */
        printf("  %-22s %.*s\n", output_member(component, "Name"), (int)strcspn(version, "\n"), version);
    }
    printf("  %-22s %s (oldest %s)\n", "Docker API", output_member(server, "ApiVersion"),
           output_member(server, "MinAPIVersion"));
}

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_version, argc, argv, &format, err) < 0)
        return -1;
    if (optind != argc)
        return command_usage(&command_version, err);
    const struct json *server = command_get(client, LIBPOD "/version", err);
    if (!server)
        return -1;
    if (format)
        return output_object(format, server, err);
    show(client, server);
    return 0;
}

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .help = "Show the versions of client and server",
    .options = option_rows,
    .run = run,
};
