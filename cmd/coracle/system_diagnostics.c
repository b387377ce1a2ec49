/* coracle system diagnostics */
#include <getopt.h>
#include <stdio.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/schema/json.h"

static const char *ago(struct arena *arena, const char *text)
{
    int64_t at;
    return clock_parse(text, &at) < 0 ? "" : output_ago(arena, at / CLOCK_SECOND);
}

static void show_locks(const struct client *client, const struct json *locks)
{
    for (size_t i = 0; locks && i < locks->count; i++) {
        const struct json *lock = &locks->members[i].value, *held = json_get(lock, "Held"), *pid = json_get(lock, "Pid");
        if (!held || !held->truth)
            continue;
        printf("lock   %s held by %lld %s %s\n", output_member(lock, "Path"), pid ? (long long)pid->integer : 0,
               output_member(lock, "Purpose"), ago(client->arena, output_member(lock, "Since")));
    }
}

static void show(const struct client *client, const struct json *shown)
{
    const struct json *calls = json_get(shown, "Calls"), *children = json_get(shown, "Children"), *busy = json_get(shown, "DatabaseBusy");
    for (size_t i = 0; calls && i < calls->count; i++) {
        const struct json *call = &calls->members[i].value;
        printf("call   %s %s, %s\n", output_member(call, "Method"), output_harmless(client->arena, output_member(call, "Path"), ""),
               ago(client->arena, output_member(call, "Since")));
    }
    show_locks(client, json_get(shown, "Locks"));
    for (size_t i = 0; children && i < children->count; i++)
        printf("child  %s\n", output_harmless(client->arena, output_member(&children->members[i].value, "Command"), ""));
    if (busy && busy->truth)
        printf("database in use\n");
}

static const struct command_option option_rows[] = {
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *format;
    if (command_take_format(&command_system_diagnostics, argc, argv, &format, err) < 0)
        return -1;
    if (optind != argc)
        return command_usage(&command_system_diagnostics, err);
    const struct json *shown = command_get(client, "/coracle/diagnostics", err);
    if (!shown)
        return -1;
    if (format)
        return output_object(format, shown, err);
    show(client, shown);
    return 0;
}

const struct command command_system_diagnostics = {
    .name = "system diagnostics",
    .arguments = "",
    .help = "Show requests that are being answered, locks that are held, programs that run",
    .options = option_rows,
    .run = run,
};
