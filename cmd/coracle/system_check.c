/* coracle system check */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define MAX_REPORT (16u << 20)

static void show_damages(const char *title, const struct json *damages)
{
    for (size_t i = 0; damages && i < damages->count; i++)
        for (size_t j = 0; j < damages->members[i].value.count; j++)
            printf("%s %s: %s\n", title, damages->members[i].key, damages->members[i].value.members[j].value.text);
}

/* Lists of ids, and objects by id. */
static void show_removed(const char *title, const struct json *removed)
{
    for (size_t i = 0; removed && i < removed->count; i++)
        printf("removed %s %s\n", title, removed->members[i].key ? removed->members[i].key : removed->members[i].value.text);
}

static int show(const struct json *report)
{
    const struct json *errors = json_get(report, "Errors"), *database = json_get(report, "Database");
    show_damages("layer", json_get(report, "Layers"));
    show_damages("image", json_get(report, "Images"));
    show_damages("container", json_get(report, "Containers"));
    for (size_t i = 0; database && i < database->count; i++)
        printf("database: %s\n", database->members[i].value.text);
    show_removed("container", json_get(report, "RemovedContainers"));
    show_removed("image", json_get(report, "RemovedImages"));
    show_removed("layer", json_get(report, "RemovedLayers"));
    return errors && errors->truth ? 1 : 0;
}

static const struct command_option option_rows[] = {
    { 'q', "quick", NULL, "read no documents" },
    { 'r', "repair", NULL, "remove what is damaged and no container uses" },
    { 'f', "force", NULL, "repair, and remove containers that are damaged or use what is, too" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    bool quick = false, repair = false, force = false;
    const char *format = NULL;
    for (int key; (key = command_next(&command_system_check, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        if (key == OPTION_FORMAT)
            format = optarg;
        else
            *(key == 'q' ? &quick : key == 'r' ? &repair : &force) = true;
    }
    if (optind != argc)
        return command_usage(&command_system_check, err);
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/system/check?quick=%d&repair=%d&repair_lossy=%d", quick, repair, force),
    };
    autobuf body = BUF(MAX_REPORT);
    struct schema_limits limits = { .max_bytes = MAX_REPORT, .max_depth = 64 };
    if (client_call(client, &request, &body, err) < 0)
        return -1;
    const struct json *report = json_parse(client->arena, buf_text(&body), body.len, limits, err);
    if (!report)
        return -1;
    return format ? output_object(format, report, err) : show(report);
}

const struct command command_system_check = {
    .name = "system check",
    .arguments = "",
    .help = "Look for damage of store and database, end with 1 when there is some",
    .options = option_rows,
    .run = run,
};
