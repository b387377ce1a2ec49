/* coracle volume rm, exists, reload, export and import */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/schema/json.h"
#include "core/schema/schema.h"

#define MAX_REPORT (16u << 20)

/* ---- rm ---- */

static const struct command_option rm_rows[] = {
    { 'f', "force", NULL, "with the containers that use them" },
    { 0 },
};

static int rm(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *force = "false";
    for (int key; (key = command_next(&command_volume_rm, argc, argv, err)) != 0; force = "true")
        if (key < 0)
            return -1;
    if (optind == argc)
        return command_usage(&command_volume_rm, err);
    return command_each(client, "DELETE", arena_printf(client->arena, LIBPOD "/volumes/%%s?force=%s", force), argc, argv, err);
}

const struct command command_volume_rm = {
    .name = "volume rm", .arguments = "VOLUME...", .help = "Remove volumes", .options = rm_rows, .run = rm,
};

/* ---- exists ---- */

static int exists(const struct client *client, int argc, char **argv, struct error **err)
{
    return command_exists(client, &command_volume_exists, LIBPOD "/volumes/%s/exists", argc, argv, err);
}

const struct command command_volume_exists = {
    .name = "volume exists", .arguments = "VOLUME", .help = "End with 0 when there is such a volume, else with 1", .run = exists,
};

/* ---- reload ---- */

static void show(const struct client *client, const char *word, const struct json *names)
{
    for (size_t i = 0; names && i < names->count; i++)
        printf("%s %s\n", word, output_harmless(client->arena, str_or(names->members[i].value.text, ""), ""));
}

/* What plugins failed goes to standard error, and is a failure. */
static int reload(const struct client *client, int argc, char **argv, struct error **err)
{
    autobuf body = BUF(MAX_REPORT);
    if (command_next(&command_volume_reload, argc, argv, err) < 0)
        return -1;
    if (optind != argc)
        return command_usage(&command_volume_reload, err);
    const struct request request = { .method = "POST", .path = LIBPOD "/volumes/reload" };
    if (client_call(client, &request, &body, err) < 0)
        return -1;
    const struct schema_limits limits = { .max_bytes = MAX_REPORT, .max_depth = 4 };
    const struct json *report = json_parse(client->arena, buf_text(&body), body.len, limits, err);
    if (!report)
        return -1;
    show(client, "added", json_get(report, "Added"));
    show(client, "removed", json_get(report, "Removed"));
    const struct json *errors = json_get(report, "Errors");
    for (size_t i = 0; errors && i < errors->count; i++)
        fprintf(stderr, "%s\n", output_harmless(client->arena, str_or(errors->members[i].value.text, ""), ""));
    return errors && errors->count ? 1 : 0;
}

const struct command command_volume_reload = {
    .name = "volume reload", .arguments = "", .help = "Take over what volume plugins have, forget what they have no more", .run = reload,
};

/* ---- export and import ---- */

static const struct command_option export_rows[] = {
    { 'o', "output", "FILE", "where the archive goes, instead of standard output" },
    { 0 },
};

static int export(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *file = NULL;
    for (int key; (key = command_next(&command_volume_export, argc, argv, err)) != 0; file = optarg)
        if (key < 0)
            return -1;
    if (optind != argc - 1)
        return command_usage(&command_volume_export, err);
    return command_download(client, arena_printf(client->arena, LIBPOD "/volumes/%s/export", client_escape(client, argv[optind])), file,
                            err);
}

const struct command command_volume_export = {
    .name = "volume export", .arguments = "VOLUME", .help = "Write what is in a volume as a tar", .options = export_rows, .run = export,
};

static int import(const struct client *client, int argc, char **argv, struct error **err)
{
    if (command_next(&command_volume_import, argc, argv, err) < 0)
        return -1;
    if (optind != argc - 2)
        return command_usage(&command_volume_import, err);
    const char *file = argv[optind + 1];
    autofd own = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (strcmp(file, "-") && own < 0)
        return error_set(err, ERROR_INVALID, errno, "opening %s", file);
    const int upload = own < 0 ? STDIN_FILENO : own;
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/volumes/%s/import", client_escape(client, argv[optind])),
        .upload = &upload,
    };
    return client_call(client, &request, NULL, err) < 0 ? -1 : 0;
}

const struct command command_volume_import = {
    .name = "volume import", .arguments = "VOLUME FILE|-", .help = "Put what a tar has over what is in a volume", .run = import,
};
