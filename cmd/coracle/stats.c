/* coracle stats */
#include <getopt.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/schema/json.h"

static double number(const struct json *row, const char *key)
{
    const struct json *value = json_get(row, key);
    return value && value->kind == JSON_NUMBER_KIND ? value->number : 0;
}

static const char *id(struct arena *arena, const struct json *row)
{
    return arena_strndup(arena, output_member(row, "ContainerID"), strnlen(output_member(row, "ContainerID"), 12));
}

static const char *name(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "Name");
}

static const char *cpu(struct arena *arena, const struct json *row)
{
    return arena_printf(arena, "%.2f%%", number(row, "CPU"));
}

static const char *pair(struct arena *arena, double first, double second)
{
    return arena_printf(arena, "%s / %s", output_size(arena, first), output_size(arena, second));
}

static const char *memory(struct arena *arena, const struct json *row)
{
    return pair(arena, number(row, "MemUsage"), number(row, "MemLimit"));
}

static const char *share(struct arena *arena, const struct json *row)
{
    return arena_printf(arena, "%.2f%%", number(row, "MemPerc"));
}

static const char *traffic(struct arena *arena, const struct json *row)
{
    const struct json *networks = json_get(row, "Network");
    double received = 0, sent = 0;
    for (size_t i = 0; networks && networks->kind == JSON_OBJECT_KIND && i < networks->count; i++) {
        received += number(&networks->members[i].value, "RxBytes");
        sent += number(&networks->members[i].value, "TxBytes");
    }
    return pair(arena, received, sent);
}

static const char *blocks(struct arena *arena, const struct json *row)
{
    return pair(arena, number(row, "BlockInput"), number(row, "BlockOutput"));
}

static const char *pids(struct arena *arena, const struct json *row)
{
    return arena_printf(arena, "%.0f", number(row, "PIDs"));
}

static const struct command_option option_rows[] = {
    { 'a', "all", NULL, "also those that do not run" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    static const struct column columns[] = {
        { "ID", id },           { "NAME", name },         { "CPU %", cpu },     { "MEM USAGE / LIMIT", memory }, { "MEM %", share },
        { "NET IO", traffic },  { "BLOCK IO", blocks },   { "PIDS", pids },
    };
    const char *format = NULL, *path = LIBPOD "/containers/stats?stream=false";
    for (int key; (key = command_next(&command_stats, argc, argv, err)) != 0;) {
        switch (key) {
        case 'a': path = arena_printf(client->arena, "%s&all=true", path); break;
        case OPTION_FORMAT: format = optarg; break;
        default: return -1;
        }
    }
    for (int i = optind; i < argc; i++)
        path = arena_printf(client->arena, "%s&containers=%s", path, client_escape(client, argv[i]));
    const struct json *report = command_get(client, path, err), *rows = report ? json_get(report, "Stats") : NULL;
    if (!report)
        return -1;
    static const struct json none = { .kind = JSON_LIST_KIND };
    return output_rows(client->arena, format, columns, sizeof columns / sizeof *columns, rows && rows->kind == JSON_LIST_KIND ? rows : &none,
                       err);
}

const struct command command_stats = {
    .name = "stats",
    .arguments = "[CONTAINER]...",
    .help = "Show what containers use",
    .options = option_rows,
    .run = run,
};
