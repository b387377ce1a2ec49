/* coracle volume create */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define MAX_DOCUMENT (4u << 20)

static const struct command_option option_rows[] = {
    { 'd', "driver", "NAME", "local, image or a plugin" },
    { 'o', "opt", "KEY=VALUE", "option of the driver" },
    { 'l', "label", "KEY=VALUE", "label" },
    { OPTION_IGNORE, "ignore", NULL, "one of that name is as good" },
    { 0 },
};

static void add_pair(struct arena *arena, struct str_map *map, const char *text)
{
    const char *equals = strchrnul(text, '=');
    str_map_set(arena, map, arena_strndup(arena, text, (size_t)(equals - text)), *equals ? equals + 1 : "");
}

static int take_options(const struct client *client, int argc, char **argv, struct libpod_volume_create *wanted, struct error **err)
{
    for (int key; (key = command_next(&command_volume_create, argc, argv, err)) != 0;) {
        switch (key) {
        case 'd': wanted->driver = optarg; break;
        case 'o': add_pair(client->arena, &wanted->options, optarg); break;
        case 'l': add_pair(client->arena, &wanted->labels, optarg); break;
        case OPTION_IGNORE: wanted->ignore_if_exists = true; break;
        default: return -1;
        }
    }
    return 0;
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    struct libpod_volume_create wanted = { 0 };
    autobuf body = BUF(MAX_DOCUMENT), answer = BUF(MAX_DOCUMENT);
    if (take_options(client, argc, argv, &wanted, err) < 0)
        return -1;
    if (argc - optind > 1)
        return command_usage(&command_volume_create, err);
    wanted.name = optind < argc ? argv[optind] : NULL;
    schema_encode(&body, libpod_volume_create_schema(), &wanted, SCHEMA_NEWEST);
    const struct request request = { .method = "POST", .path = LIBPOD "/volumes/create", .body = buf_text(&body) };
    if (client_call(client, &request, &answer, err) < 0)
        return -1;
    const struct json *made = json_parse(client->arena, buf_text(&answer), answer.len, SCHEMA_LIMITS, err);
    if (!made)
        return -1;
    puts(output_harmless(client->arena, output_member(made, "Name"), ""));
    return 0;
}

const struct command command_volume_create = {
    .name = "volume create",
    .arguments = "[VOLUME]",
    .help = "Make a volume",
    .options = option_rows,
    .run = run,
};
