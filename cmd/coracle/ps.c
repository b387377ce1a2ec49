/* coracle ps */
#include <getopt.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define COMMAND_WIDTH 24

static const char *id(struct arena *arena, const struct json *row)
{
    return arena_strndup(arena, output_member(row, "Id"), strnlen(output_member(row, "Id"), 12));
}

static const char *image(struct arena *arena, const struct json *row)
{
    (void)arena;
    return output_member(row, "Image");
}

static const char *command(struct arena *arena, const struct json *row)
{
    const struct json *words = json_get(row, "Command");
    struct str_list list = { 0 };
    for (size_t i = 0; words && i < words->count; i++)
        str_list_add(arena, &list, words->members[i].value.text);
    return output_shorten(arena, str_join(arena, &list, " "), COMMAND_WIDTH);
}

static const char *created(struct arena *arena, const struct json *row)
{
    int64_t at = 0;
    clock_parse(output_member(row, "Created"), &at);
    return output_ago(arena, at / CLOCK_SECOND);
}

static long long number(const struct json *row, const char *key)
{
    const struct json *value = json_get(row, key);
    return value && value->kind == JSON_NUMBER_KIND ? value->integer : 0;
}

static const char *status(struct arena *arena, const struct json *row)
{
    const char *state = output_member(row, "State");
    const char *health = output_member(row, "Status");
    if (!strcmp(state, "running") && *health)
        return arena_printf(arena, "Up %s (%s)", output_age(arena, number(row, "StartedAt")), health);
    if (!strcmp(state, "running"))
        return arena_printf(arena, "Up %s", output_age(arena, number(row, "StartedAt")));
    if (!strcmp(state, "paused"))
        return arena_printf(arena, "Up %s (paused)", output_age(arena, number(row, "StartedAt")));
    if (!strcmp(state, "exited"))
        return arena_printf(arena, "Exited (%lld) %s", number(row, "ExitCode"),
                            output_ago(arena, number(row, "ExitedAt")));
    return state;
}

/* "80", or "8000-8010" when there are more of them. */
static const char *port_range(struct arena *arena, const struct json *port, const char *key)
{
    long long from = number(port, key), more = number(port, "range") - 1;
    return more > 0 ? arena_printf(arena, "%lld-%lld", from, from + more) : arena_printf(arena, "%lld", from);
}

static const char *ports(struct arena *arena, const struct json *row)
{
    const struct json *list = json_get(row, "Ports");
    struct str_list shown = { 0 };
    for (size_t i = 0; list && i < list->count; i++) {
        const struct json *port = &list->members[i].value;
        str_list_add(arena, &shown,
                     arena_printf(arena, "%s:%s->%s/%s", str_or(output_member(port, "host_ip"), "0.0.0.0"),
                                  port_range(arena, port, "host_port"), port_range(arena, port, "container_port"),
                                  output_member(port, "protocol")));
    }
    return str_join(arena, &shown, ", ");
}

static const char *names(struct arena *arena, const struct json *row)
{
    (void)arena;
    const struct json *list = json_get(row, "Names");
    return list && list->count ? list->members[0].value.text : "";
}

static const struct command_option option_rows[] = {
    { 'a', "all", NULL, "also those that do not run" },
    { 'q', "quiet", NULL, "only ids" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    static const struct column columns[] = {
        { "CONTAINER ID", id }, { "IMAGE", image }, { "COMMAND", command }, { "CREATED", created },
        { "STATUS", status },   { "PORTS", ports }, { "NAMES", names },
    };
    const char *format = NULL, *path = LIBPOD "/containers/json";
    for (int key; (key = command_next(&command_ps, argc, argv, err)) != 0;) {
        switch (key) {
        case 'a': path = LIBPOD "/containers/json?all=true"; break;
        case 'q': format = "{{.Id}}"; break;
        case OPTION_FORMAT: format = optarg; break;
        default: return -1;
        }
    }
    if (optind != argc)
        return command_usage(&command_ps, err);
    const struct json *rows = command_get(client, path, err);
    return rows ? output_rows(client->arena, format, columns, sizeof columns / sizeof *columns, rows, err) : -1;
}

const struct command command_ps = {
    .name = "ps",
    .arguments = "",
    .help = "List containers",
    .options = option_rows,
    .run = run,
};
