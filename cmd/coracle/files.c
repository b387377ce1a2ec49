/* coracle diff, export and commit */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define MAX_ANSWER (64u << 10)

/* ---- diff ---- */

/* C, A or D and the path, as docker and podman print it. */
static int diff(const struct client *client, int argc, char **argv, struct error **err)
{
    if (command_next(&command_diff, argc, argv, err) < 0)
        return -1;
    if (optind != argc - 1)
        return command_usage(&command_diff, err);
    const struct json *changes =
        command_get(client, arena_printf(client->arena, LIBPOD "/containers/%s/changes", client_escape(client, argv[optind])), err);
    for (size_t i = 0; changes && i < changes->count; i++) {
        const struct json *change = &changes->members[i].value, *kind = json_get(change, "Kind");
        int64_t number = kind && kind->kind == JSON_NUMBER_KIND ? kind->integer : -1;
        const char *path = json_get_text(change, "Path");
        printf("%c %s\n", number >= 0 && number < 3 ? "CAD"[number] : '?', output_harmless(client->arena, path ? path : "", ""));
    }
    return changes ? 0 : -1;
}

const struct command command_diff = {
    .name = "diff", .arguments = "CONTAINER", .help = "Show what differs from the image: C changed, A added, D deleted", .run = diff,
};

/* ---- export ---- */

static const struct command_option export_rows[] = {
    { 'o', "output", "FILE", "where the archive goes, instead of standard output" },
    { 0 },
};

static int export(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *file = NULL;
    for (int key; (key = command_next(&command_export, argc, argv, err)) != 0; file = optarg)
        if (key < 0)
            return -1;
    if (optind != argc - 1)
        return command_usage(&command_export, err);
    return command_download(client, arena_printf(client->arena, LIBPOD "/containers/%s/export", client_escape(client, argv[optind])), file,
                            err);
}

const struct command command_export = {
    .name = "export", .arguments = "CONTAINER", .help = "Write the root of a container as a tar", .options = export_rows, .run = export,
};

/* ---- commit ---- */

static const struct command_option commit_rows[] = {
    { 'a', "author", "NAME", "who made the image" },
    { 'c', "change", "INSTRUCTION", "a Dockerfile instruction to apply; may come several times" },
    { 'f', "format", "FORMAT", "oci or docker; oci without it" },
    { 'm', "message", "TEXT", "what the image is for" },
    { 'n', "no-pause", NULL, "let the container run meanwhile" },
    { 's', "squash", NULL, "one layer that has everything" },
    { 0 },
};

/* A name's last colon begins a tag, unless a slash follows: then it is a registry's port. */
static const char *name_query(const struct client *client, const char *name)
{
    const char *colon = name ? strrchr(name, ':') : NULL;
    if (!name)
        return "";
    if (!colon || strchr(colon, '/'))
        return arena_printf(client->arena, "&repo=%s", client_escape(client, name));
    const char *repo = arena_strndup(client->arena, name, (size_t)(colon - name));
    return arena_printf(client->arena, "&repo=%s&tag=%s", client_escape(client, repo), client_escape(client, colon + 1));
}

static int send_commit(const struct client *client, const char *path, struct error **err)
{
    autobuf answer = BUF(MAX_ANSWER);
    const struct request request = { .method = "POST", .path = path };
    if (client_call(client, &request, &answer, err) < 0)
        return -1;
    const struct json *made = json_parse(client->arena, buf_text(&answer), answer.len, SCHEMA_LIMITS, err);
    if (!made)
        return error_wrap(err, "%s answered what is no JSON", client->url);
    puts(str_or(json_get_text(made, "Id"), ""));
    return 0;
}

static int commit(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *query = "";
    for (int key; (key = command_next(&command_commit, argc, argv, err)) != 0;) {
        const char *value = optarg ? client_escape(client, optarg) : "";
        switch (key) {
        case 'a': query = arena_printf(client->arena, "%s&author=%s", query, value); break;
        case 'c': query = arena_printf(client->arena, "%s&changes=%s", query, value); break;
        case 'f': query = arena_printf(client->arena, "%s&format=%s", query, value); break;
        case 'm': query = arena_printf(client->arena, "%s&comment=%s", query, value); break;
        case 'n': query = arena_printf(client->arena, "%s&pause=false", query); break;
        case 's': query = arena_printf(client->arena, "%s&squash=true", query); break;
        default: return -1;
        }
    }
    if (optind != argc - 1 && optind != argc - 2)
        return command_usage(&command_commit, err);
    return send_commit(client,
                       arena_printf(client->arena, LIBPOD "/commit?container=%s%s%s", client_escape(client, argv[optind]),
                                    name_query(client, optind == argc - 2 ? argv[optind + 1] : NULL), query),
                       err);
}

const struct command command_commit = {
    .name = "commit", .arguments = "CONTAINER [IMAGE]", .help = "Make an image of a container", .options = commit_rows, .run = commit,
};
