/* coracle system prune */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define MAX_REPORT (16u << 20)

static void show(const struct client *client, const char *title, const struct json *items, const char *key)
{
    (void)client;
    for (size_t i = 0; items && i < items->count; i++)
        printf("%s %s\n", title, output_member(&items->members[i].value, key));
}

static const struct command_option option_rows[] = {
    { 'a', "all", NULL, "also images that have a name" },
    { OPTION_VOLUMES, "volumes", NULL, "also volumes" },
    { 'f', "force", NULL, "needed: nothing is asked" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    bool all = false, volumes = false, force = false;
    for (int key; (key = command_next(&command_system_prune, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        *(key == 'a' ? &all : key == 'f' ? &force : &volumes) = true;
    }
    if (optind != argc)
        return command_usage(&command_system_prune, err);
    if (!force)
        return error_set(err, ERROR_INVALID, 0, "this would remove containers that do not run, networks%s and %s images that no container uses: "
                                                "--force does it",
                         volumes ? ", volumes" : "", all ? "all" : "nameless");
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/system/prune?all=%d&volumes=%d", all, volumes),
    };
    autobuf body = BUF(MAX_REPORT);
    struct schema_limits limits = { .max_bytes = MAX_REPORT, .max_depth = 64 };
    if (client_call(client, &request, &body, err) < 0)
        return -1;
    const struct json *report = json_parse(client->arena, buf_text(&body), body.len, limits, err);
    if (!report)
        return -1;
    show(client, "container", json_get(report, "ContainerPruneReports"), "Id");
    show(client, "image", json_get(report, "ImagePruneReports"), "Id");
    show(client, "network", json_get(report, "NetworkPruneReports"), "Name");
    show(client, "volume", json_get(report, "VolumePruneReports"), "Id");
    const struct json *bytes = json_get(report, "ReclaimedSpace");
    printf("%s are free again\n", output_size(client->arena, bytes ? bytes->number : 0));
    return 0;
}

const struct command command_system_prune = {
    .name = "system prune",
    .arguments = "",
    .help = "Remove what nobody uses",
    .options = option_rows,
    .run = run,
};
