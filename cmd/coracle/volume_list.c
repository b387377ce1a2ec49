/* coracle volume ls, inspect and prune */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/filters.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/schema/json.h"
#include "core/schema/schema.h"

#define MAX_DOCUMENT (16u << 20)

/* ---- ls ---- */

static const char *name(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "Name");
}

static const char *driver(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "Driver");
}

static const struct command_option ls_rows[] = {
    { 'q', "quiet", NULL, "only names" },
    { OPTION_FILTER, "filter", "KEY=VALUE", "only those: name, driver, label, opt, dangling and others" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int ls(const struct client *client, int argc, char **argv, struct error **err)
{
    static const struct column columns[] = { { "DRIVER", driver }, { "VOLUME NAME", name } };
    const char *format = NULL;
    struct filters filters = { 0 };
    for (int key; (key = command_next(&command_volume_ls, argc, argv, err)) != 0;) {
        if (key < 0 || (key == OPTION_FILTER && filters_add(client->arena, &filters, optarg, err) < 0))
            return -1;
        if (key != OPTION_FILTER)
            format = key == 'q' ? "{{.Name}}" : optarg;
    }
    if (optind != argc)
        return command_usage(&command_volume_ls, err);
    const char *path = filters_path(client, LIBPOD "/volumes/json", &filters, err);
    const struct json *volumes = path ? command_get(client, path, err) : NULL;
    return volumes ? output_rows(client->arena, format, columns, sizeof columns / sizeof *columns, volumes, err) : -1;
}

const struct command command_volume_ls = {
    .name = "volume ls", .arguments = "", .help = "List volumes", .options = ls_rows, .run = ls,
};

/* ---- inspect ---- */

static const struct command_option inspect_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int inspect(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_volume_inspect, argc, argv, &format, err) < 0)
        return -1;
    if (optind == argc)
        return command_usage(&command_volume_inspect, err);
    for (int i = optind; i < argc; i++) {
        const char *path = arena_printf(client->arena, LIBPOD "/volumes/%s/json", client_escape(client, argv[i]));
        const struct json *volume = command_get(client, path, err);
        if (!volume || output_object(format, volume, err) < 0)
            return -1;
    }
    return 0;
}

const struct command command_volume_inspect = {
    .name = "volume inspect", .arguments = "VOLUME...", .help = "Show everything about volumes", .options = inspect_rows, .run = inspect,
};

/* ---- prune ---- */

static const struct command_option prune_rows[] = {
    { 'f', "force", NULL, "do not ask" },
    { OPTION_FILTER, "filter", "KEY=VALUE", "only those: label, until, anonymous and others" },
    { 0 },
};

static bool agrees(void)
{
    char answer[16] = "";
    fputs("This removes every volume that no container uses. Go on? [y/N] ", stderr);
    return fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y');
}

static int prune(const struct client *client, int argc, char **argv, struct error **err)
{
    bool force = false;
    struct filters filters = { 0 };
    autobuf body = BUF(MAX_DOCUMENT);
    for (int key; (key = command_next(&command_volume_prune, argc, argv, err)) != 0;) {
        if (key < 0 || (key == OPTION_FILTER && filters_add(client->arena, &filters, optarg, err) < 0))
            return -1;
        force |= key == 'f';
    }
    if (optind != argc)
        return command_usage(&command_volume_prune, err);
    if (!force && !agrees())
        return 0;
    const struct request request = { .method = "POST", .path = filters_path(client, LIBPOD "/volumes/prune", &filters, err) };
    if (!request.path)
        return -1;
    if (client_call(client, &request, &body, err) < 0)
        return -1;
    const struct schema_limits limits = { .max_bytes = MAX_DOCUMENT, .max_depth = 8 };
    const struct json *pruned = json_parse(client->arena, buf_text(&body), body.len, limits, err);
    for (size_t i = 0; pruned && i < pruned->count; i++)
        puts(output_harmless(client->arena, output_member(&pruned->members[i].value, "Id"), ""));
    return pruned ? 0 : -1;
}

const struct command command_volume_prune = {
    .name = "volume prune", .arguments = "", .help = "Remove volumes that no container uses", .options = prune_rows, .run = prune,
};
