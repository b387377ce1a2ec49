/* coracle system df */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/schema/json.h"

static double number(const struct json *object, const char *key)
{
    const struct json *found = json_get(object, key);
    return found ? found->number : 0;
}

static void show(const struct client *client, const char *title, const struct json *sum)
{
    printf("%-11s  %5.0f  %6.0f  %-10s  %s\n", title, number(sum, "TotalCount"), number(sum, "ActiveCount"),
           output_size(client->arena, number(sum, "TotalSize")), output_size(client->arena, number(sum, "Reclaimable")));
}

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_system_df, argc, argv, &format, err) < 0)
        return -1;
    if (optind != argc)
        return command_usage(&command_system_df, err);
    const struct json *usage = command_get(client, "/v1.52/system/df", err);
    if (!usage)
        return -1;
    if (format)
        return output_object(format, usage, err);
    printf("%-11s  %5s  %6s  %-10s  %s\n", "TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE");
    show(client, "Images", json_get(usage, "ImageUsage"));
    show(client, "Containers", json_get(usage, "ContainerUsage"));
    show(client, "Volumes", json_get(usage, "VolumeUsage"));
    return 0;
}

const struct command command_system_df = {
    .name = "system df",
    .arguments = "",
    .help = "Show what takes how much room on disk",
    .options = option_rows,
    .run = run,
};
