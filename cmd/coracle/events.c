/* coracle events */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/lines.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define MAX_LINE (1u << 20)

struct listener {
    struct arena *arena;
    const char *format;
    struct error *err;
};

/* 12 digits, with the algorithm in front when it has one. */
static const char *short_id(struct arena *arena, const char *id)
{
    const char *colon = strchr(id, ':'), *digits = colon ? colon + 1 : id;
    return arena_printf(arena, "%.*s%.12s", (int)(digits - id), id, digits);
}

static int show(void *context, const struct json *event)
{
    struct listener *listener = context;
    if (listener->format)
        return output_object(listener->format, event, &listener->err) < 0 || fflush(stdout);
    char when[CLOCK_TEXT_SIZE];
    const struct json *nano = json_get(event, "timeNano"), *actor = json_get(event, "Actor");
    autobuf line = BUF(MAX_LINE);
    buf_printf(&line, "%s %s %s %s", clock_format(nano ? nano->integer : 0, when), output_member(event, "Type"),
               output_member(event, "Action"), short_id(listener->arena, output_member(actor, "ID")));
    const struct json *attributes = json_get(actor, "Attributes");
    for (size_t i = 0; attributes && i < attributes->count; i++)
        buf_printf(&line, "%s%s=%s", i ? ", " : " (", attributes->members[i].key,
                   str_or(attributes->members[i].value.text, ""));
    buf_puts(&line, attributes && attributes->count ? ")" : "");
    puts(output_harmless(listener->arena, buf_text(&line), ""));
    return fflush(stdout);
}

static const struct command_option option_rows[] = {
    { OPTION_SINCE, "since", "TIME", "begin with what happened since then" },
    { OPTION_UNTIL, "until", "TIME", "end there" },
    { OPTION_FORMAT, "format", "FORMAT", COMMAND_FORMAT_HELP },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *path = LIBPOD "/events?stream=true";
    autoarena *arena = arena_new();
    struct listener listener = { .arena = arena };
    for (int key; (key = command_next(&command_events, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        if (key == OPTION_FORMAT)
            listener.format = optarg;
        else
            path = arena_printf(client->arena, "%s&%s=%s", path, key == OPTION_SINCE ? "since" : "until",
                                client_escape(client, optarg));
    }
    if (optind != argc)
        return command_usage(&command_events, err);
    struct lines lines = { .arena = arena, .pending = BUF(1u << 20), .each = show, .context = &listener };
    const struct request request = { .method = "GET", .path = path, .on_data = lines_feed, .context = &lines };
    int rc = client_call(client, &request, NULL, err);
    buf_free(&lines.pending);
    if (listener.err && rc >= 0) {
        *err = listener.err;
        return -1;
    }
    return rc < 0 ? -1 : 0;
}

const struct command command_events = {
    .name = "events",
    .arguments = "",
    .help = "Show what happens, as it happens",
    .options = option_rows,
    .run = run,
};
