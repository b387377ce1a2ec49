/* coracle network ls, coracle network inspect */
#include <getopt.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/filters.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/schema/json.h"

static const char *id(struct arena *arena, const struct json *row)
{
    return arena_printf(arena, "%.12s", output_member(row, "id"));
}

static const char *name(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "name");
}

static const char *driver(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "driver");
}

static const char *subnets(struct arena *arena, const struct json *row)
{
    const struct json *list = json_get(row, "subnets");
    struct str_list texts = { 0 };
    for (size_t i = 0; list && list->kind == JSON_LIST_KIND && i < list->count; i++)
        str_list_add(arena, &texts, output_member(&list->members[i].value, "subnet"));
    return str_join(arena, &texts, ", ");
}

static const struct command_option list_rows[] = {
    { 'q', "quiet", NULL, "only names" },
    { 'f', "filter", "KEY=VALUE", "only those: name, id, driver, label, dangling and others" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int list(const struct client *client, int argc, char **argv, struct error **err)
{
    static const struct column columns[] = { { "NETWORK ID", id }, { "NAME", name }, { "DRIVER", driver }, { "SUBNETS", subnets } };
    const char *format = NULL;
    struct filters filters = { 0 };
    for (int key; (key = command_next(&command_network_ls, argc, argv, err)) != 0;) {
        if (key < 0 || (key == 'f' && filters_add(client->arena, &filters, optarg, err) < 0))
            return -1;
        if (key != 'f')
            format = key == 'q' ? "{{.name}}" : optarg;
    }
    if (optind != argc)
        return command_usage(&command_network_ls, err);
    const char *path = filters_path(client, LIBPOD "/networks/json", &filters, err);
    const struct json *networks = path ? command_get(client, path, err) : NULL;
    return networks ? output_rows(client->arena, format, columns, sizeof columns / sizeof *columns, networks, err) : -1;
}

static const struct command_option inspect_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int inspect(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_network_inspect, argc, argv, &format, err) < 0)
        return -1;
    if (optind == argc)
        return command_usage(&command_network_inspect, err);
    for (int i = optind; i < argc; i++) {
        const char *path = arena_printf(client->arena, LIBPOD "/networks/%s/json", client_escape(client, argv[i]));
        const struct json *network = command_get(client, path, err);
        if (!network || output_object(format, network, err) < 0)
            return -1;
    }
    return 0;
}

const struct command command_network_ls = {
    .name = "network ls",
    .arguments = "",
    .help = "List networks",
    .options = list_rows,
    .run = list,
};

const struct command command_network_inspect = {
    .name = "network inspect",
    .arguments = "NETWORK...",
    .help = "Show everything about networks and who runs on them",
    .options = inspect_rows,
    .run = inspect,
};
