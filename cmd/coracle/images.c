/* coracle images */
#include <getopt.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/schema/json.h"

static const char *first_name(const struct json *row)
{
    const struct json *names = json_get(row, "RepoTags");
    return names && names->kind == JSON_LIST_KIND && names->count ? names->members[0].value.text : "<none>:<none>";
}

static const char *repository(struct arena *arena, const struct json *row)
{
    const char *name = first_name(row), *colon = strrchr(name, ':');
    return arena_strndup(arena, name, colon ? (size_t)(colon - name) : strlen(name));
}

static const char *tag(struct arena *arena, const struct json *row)
{
    (void)arena;
    const char *colon = strrchr(first_name(row), ':');
    return colon ? colon + 1 : "";
}

static const char *id(struct arena *arena, const struct json *row)
{
    return arena_strndup(arena, output_member(row, "Id"), strnlen(output_member(row, "Id"), 12));
}

static const char *created(struct arena *arena, const struct json *row)
{
    const struct json *at = json_get(row, "Created");
    return output_ago(arena, at ? at->integer : 0);
}

static const char *size(struct arena *arena, const struct json *row)
{
    const struct json *bytes = json_get(row, "Size");
    return output_size(arena, bytes ? bytes->number : 0);
}

static const struct command_option option_rows[] = {
    { 'q', "quiet", NULL, "only ids" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    static const struct column columns[] = {
        { "REPOSITORY", repository }, { "TAG", tag }, { "IMAGE ID", id }, { "CREATED", created }, { "SIZE", size },
    };
    const char *format = NULL;
    for (int key; (key = command_next(&command_images, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        format = key == 'q' ? "{{.Id}}" : optarg;
    }
    if (optind != argc)
        return command_usage(&command_images, err);
    const struct json *images = command_get(client, LIBPOD "/images/json", err);
    return images ? output_rows(client->arena, format, columns, sizeof columns / sizeof *columns, images, err) : -1;
}

const struct command command_images = {
    .name = "images",
    .arguments = "",
    .help = "List images",
    .options = option_rows,
    .run = run,
};
