/* coracle info */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/schema/json.h"

static void show(const struct client *client, const struct json *info)
{
    const struct json *host = json_get(info, "host"), *store = json_get(info, "store");
    const struct json *containers = json_get(store, "containerStore"), *images = json_get(store, "imageStore");
    const struct json *memory = json_get(host, "memTotal"), *cpus = json_get(host, "cpus"),
                      *running = json_get(containers, "running");
    const struct json *all = json_get(containers, "number"), *image_count = json_get(images, "number");
    printf("Host:        %s, %s, kernel %s\n", output_member(host, "hostname"), output_member(host, "arch"),
           output_member(host, "kernel"));
    printf("Machine:     %lld processors, %s of memory\n", cpus ? (long long)cpus->integer : 0,
           output_size(client->arena, memory ? memory->number : 0));
    printf("cgroups:     %s by %s\n", output_member(host, "cgroupVersion"), output_member(host, "cgroupManager"));
    printf("Runtime:     %s\n", output_member(json_get(host, "ociRuntime"), "path"));
    printf("Network:     %s\n", output_member(json_get(host, "networkBackendInfo"), "version"));
    printf("Store:       %s (%s)\n", output_member(store, "graphRoot"), output_member(store, "graphDriverName"));
    printf("Containers:  %lld, %lld running\n", all ? (long long)all->integer : 0,
           running ? (long long)running->integer : 0);
    printf("Images:      %lld\n", image_count ? (long long)image_count->integer : 0);
}

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_info, argc, argv, &format, err) < 0)
        return -1;
    if (optind != argc)
        return command_usage(&command_info, err);
    const struct json *info = command_get(client, LIBPOD "/info", err);
    if (!info)
        return -1;
    if (format)
        return output_object(format, info, err);
    show(client, info);
    return 0;
}

const struct command command_info = {
    .name = "info",
    .arguments = "",
    .help = "Show the machine and its engine",
    .options = option_rows,
    .run = run,
};
