/* coracle logs */
#include <getopt.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/frames.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/json.h"

static const struct command_option option_rows[] = {
    { 'f', "follow", NULL, "stay and show what comes" },
    { 't', "timestamps", NULL, "with the time of each line" },
    { 'n', "tail", "LINES", "only the last lines" },
    { OPTION_SINCE, "since", "TIME", "only what was written since then" },
    { OPTION_UNTIL, "until", "TIME", "only what was written before" },
    { 0 },
};

static const char *add(const struct client *client, const char *query, const char *name, const char *value)
{
    return arena_printf(client->arena, "%s&%s=%s", query, name, client_escape(client, value));
}

static int parse(const struct client *client, int argc, char **argv, const char **ret_query, struct error **err)
{
    const char *query = "stdout=true&stderr=true";
    for (int key; (key = command_next(&command_logs, argc, argv, err)) != 0;) {
        switch (key) {
        case 'f': query = add(client, query, "follow", "true"); break;
        case 't': query = add(client, query, "timestamps", "true"); break;
        case 'n': query = add(client, query, "tail", optarg); break;
        case OPTION_SINCE: query = add(client, query, "since", optarg); break;
        case OPTION_UNTIL: query = add(client, query, "until", optarg); break;
        default: return -1;
        }
    }
    *ret_query = query;
    return optind == argc - 1 ? 0 : command_usage(&command_logs, err);
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *query;
    if (parse(client, argc, argv, &query, err) < 0)
        return -1;
    const char *name = client_escape(client, argv[optind]);
    const struct json *ctr = command_get(client, arena_printf(client->arena, LIBPOD "/containers/%s/json", name), err);
    if (!ctr)
        return -1;
    const struct json *tty = json_get(json_get(ctr, "Config"), "Tty");
    struct frames frames = { .raw = tty && tty->truth, .pending = BUF(FRAMES_MAX) };
    const struct request request = {
        .method = "GET",
        .path = arena_printf(client->arena, LIBPOD "/containers/%s/logs?%s", name, query),
        .on_data = frames_feed,
        .context = &frames,
    };
    int rc = client_call(client, &request, NULL, err);
    buf_free(&frames.pending);
    return rc < 0 ? -1 : 0;
}

const struct command command_logs = {
    .name = "logs",
    .arguments = "CONTAINER",
    .help = "Show what a container wrote",
    .options = option_rows,
    .run = run,
};
