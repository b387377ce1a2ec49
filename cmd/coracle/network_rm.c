/* coracle network rm, coracle network exists, coracle network prune */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/filters.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define MAX_ANSWER (4u << 20)

static const struct command_option remove_rows[] = {
    { 'f', "force", NULL, "with the containers that use them" },
    { 0 },
};

static int remove_all(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *force = "false";
    for (int key; (key = command_next(&command_network_rm, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        force = "true";
    }
    if (optind == argc)
        return command_usage(&command_network_rm, err);
    return command_each(client, "DELETE", arena_printf(client->arena, LIBPOD "/networks/%%s?force=%s", force), argc, argv, err);
}

static int exists(const struct client *client, int argc, char **argv, struct error **err)
{
    return command_exists(client, &command_network_exists, LIBPOD "/networks/%s/exists", argc, argv, err);
}

static const struct command_option prune_rows[] = {
    { OPTION_FILTER, "filter", "KEY=VALUE", "only those: label or until" },
    { 0 },
};

static int prune(const struct client *client, int argc, char **argv, struct error **err)
{
    autobuf answer = BUF(MAX_ANSWER);
    struct filters filters = { 0 };
    for (int key; (key = command_next(&command_network_prune, argc, argv, err)) != 0;)
        if (key < 0 || filters_add(client->arena, &filters, optarg, err) < 0)
            return -1;
    if (optind != argc)
        return command_usage(&command_network_prune, err);
    const struct request request = { .method = "POST", .path = filters_path(client, LIBPOD "/networks/prune", &filters, err) };
    if (!request.path)
        return -1;
    if (client_call(client, &request, &answer, err) < 0)
        return -1;
    const struct json *removed = json_parse(client->arena, buf_text(&answer), answer.len, SCHEMA_LIMITS, err);
    if (!removed)
        return error_wrap(err, "%s answered what is no JSON", client->url);
    for (size_t i = 0; removed->kind == JSON_LIST_KIND && i < removed->count; i++)
        puts(output_harmless(client->arena, output_member(&removed->members[i].value, "Name"), ""));
    return 0;
}

const struct command command_network_rm = {
    .name = "network rm",
    .arguments = "NETWORK...",
    .help = "Remove networks",
    .options = remove_rows,
    .run = remove_all,
};

const struct command command_network_exists = {
    .name = "network exists",
    .arguments = "NETWORK",
    .help = "End with 0 when there is such a network, with 1 when there is none",
    .run = exists,
};

const struct command command_network_prune = {
    .name = "network prune",
    .arguments = "",
    .options = prune_rows,
    .help = "Remove networks that no container uses",
    .run = prune,
};
