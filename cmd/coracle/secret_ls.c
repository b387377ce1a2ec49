/* coracle secret ls */
#include <getopt.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/filters.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/schema/json.h"

static const char *id(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "ID");
}

static const struct json *spec(const struct json *row)
{
    static const struct json none = { .kind = JSON_OBJECT_KIND };
    const struct json *found = json_get(row, "Spec");
    return found ? found : &none;
}

static const char *name(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(spec(row), "Name");
}

static const char *driver(struct arena *arena, const struct json *row)
{
    (void)arena;
    const struct json *found = json_get(spec(row), "Driver");
    return found ? output_member(found, "Name") : "";
}

static const char *ago(struct arena *arena, const char *text)
{
    int64_t at;
    return clock_parse(text, &at) < 0 ? "" : output_ago(arena, at / CLOCK_SECOND);
}

static const char *created(struct arena *arena, const struct json *row)
{
    return ago(arena, output_member(row, "CreatedAt"));
}

static const char *updated(struct arena *arena, const struct json *row)
{
    return ago(arena, output_member(row, "UpdatedAt"));
}

static const struct command_option option_rows[] = {
    { 'q', "quiet", NULL, "only ids" },
    { 'f', "filter", "KEY=VALUE", "only those with that id, name or label; may come several times" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    static const struct column columns[] = {
        { "ID", id }, { "NAME", name }, { "DRIVER", driver }, { "CREATED", created }, { "UPDATED", updated },
    };
    const char *format = NULL;
    struct filters filters = { 0 };
    for (int key; (key = command_next(&command_secret_ls, argc, argv, err)) != 0;) {
        if (key < 0 || (key == 'f' && filters_add(client->arena, &filters, optarg, err) < 0))
            return -1;
        if (key != 'f')
            format = key == 'q' ? "{{.ID}}" : optarg;
    }
    if (optind != argc)
        return command_usage(&command_secret_ls, err);
    const char *path = filters_path(client, LIBPOD "/secrets/json", &filters, err);
    const struct json *secrets = path ? command_get(client, path, err) : NULL;
    return secrets ? output_rows(client->arena, format, columns, sizeof columns / sizeof *columns, secrets, err) : -1;
}

const struct command command_secret_ls = {
    .name = "secret ls",
    .arguments = "",
    .help = "List secrets",
    .options = option_rows,
    .run = run,
};
