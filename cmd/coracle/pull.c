/* coracle pull */
#include "cmd/coracle/pull.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/lines.h"
#include "cmd/coracle/output.h"
#include "cmd/coracle/terminal.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define MAX_LAYERS 128
#define BAR_WIDTH 30
#define LINE_MAX_WIDTH 80 /* id, words and bar */

struct layer {
    char id[20], status[24];
    long long done, total;
};
struct progress {
    struct arena *arena; /* of one line of the stream */
    bool bars, quiet;
    struct layer layers[MAX_LAYERS];
    size_t count, drawn; /* drawn: lines above the cursor that are ours */
    char failure[1024];
};

static bool is_done(const struct layer *layer)
{
    return !strcmp(layer->status, "Pull complete") || !strcmp(layer->status, "Already exists");
}

static void draw_layer(const struct layer *layer)
{
    char bar[BAR_WIDTH + 1] = "";
    if (layer->total > 0) {
        long long filled = layer->done * BAR_WIDTH / layer->total;
        memset(bar, ' ', BAR_WIDTH);
        memset(bar, '=', (size_t)(filled > BAR_WIDTH ? BAR_WIDTH : filled < 0 ? 0 : filled));
    }
    fprintf(stderr, "\033[K%-12s  %-23s %s%s%s\n", layer->id, layer->status, *bar ? "[" : "", bar, *bar ? "]" : "");
}

/* What fits on the screen, what is under way first: a line that scrolled away cannot be drawn again. */
static void draw(struct progress *progress)
{
    int rows = 0, columns = 0;
    size_t room = terminal_size(&rows, &columns) && rows > 2 ? (size_t)rows - 2 : MAX_LAYERS, shown = 0;
    if (columns && columns < LINE_MAX_WIDTH)
        return;
    if (progress->drawn)
        fprintf(stderr, "\033[%zuA", progress->drawn);
    bool all = progress->count <= room;
    for (size_t i = 0; i < progress->count && shown < room; i++) {
        if (!all && is_done(&progress->layers[i]))
            continue;
        draw_layer(&progress->layers[i]);
        shown++;
    }
    for (; shown < progress->drawn; shown++)
        fputs("\033[K\n", stderr);
    progress->drawn = shown;
}

static struct layer *layer_of(struct progress *progress, const char *id)
{
    for (size_t i = 0; i < progress->count; i++)
        if (!strcmp(progress->layers[i].id, id))
            return &progress->layers[i];
    if (progress->count == MAX_LAYERS || strlen(id) >= sizeof progress->layers->id)
        return NULL;
    struct layer *layer = &progress->layers[progress->count++];
    *layer = (struct layer){ 0 };
    strcpy(layer->id, id);
    return layer;
}

static long long number_of(const struct json *detail, const char *key)
{
    const struct json *number = json_get(detail, key);
    return number ? number->integer : 0;
}

/* One line of Docker's pull stream: {"status", "id", "progressDetail": {"current", "total"}} or {"error"}. */
static int on_line(void *context, const struct json *line)
{
    struct progress *progress = context;
    const char *status = output_harmless(progress->arena, output_member(line, "status"), "");
    const char *id = output_harmless(progress->arena, output_member(line, "id"), "");
    const char *failure = output_member(line, "error");
    if (*failure) {
        snprintf(progress->failure, sizeof progress->failure, "%s", failure);
        return 0;
    }
    if (progress->quiet)
        return 0;
    const struct json *detail = json_get(line, "progressDetail");
    long long total = number_of(detail, "total");
    struct layer *layer = progress->bars && *id && !str_starts(status, "Pulling from") ? layer_of(progress, id) : NULL;
    if (!layer) {
        if (!total) /* steps, not the way between them */
            fprintf(stderr, "%s%s%s\n", id, *id ? ": " : "", status);
        return 0;
    }
    snprintf(layer->status, sizeof layer->status, "%s", status);
    layer->total = total;
    layer->done = number_of(detail, "current");
    draw(progress);
    return 0;
}

/* "name", "name:tag" or "name@digest" as Docker's fromImage and tag. */
static const char *pull_path(const struct client *client, const char *reference)
{
    const char *colon = strrchr(reference, ':'), *slash = strrchr(reference, '/');
    bool tagged = strchr(reference, '@') || (colon && (!slash || colon > slash));
    return arena_printf(client->arena, "/images/create?fromImage=%s%s", client_escape(client, reference),
                        tagged ? "" : "&tag=latest");
}

int pull_image(const struct client *client, const char *reference, bool quiet, struct error **err)
{
    autoarena *arena = arena_new();
    struct progress progress = { .arena = arena, .bars = isatty(STDERR_FILENO), .quiet = quiet };
    struct lines lines = { .arena = arena, .pending = BUF(1u << 20), .each = on_line, .context = &progress };
    const struct request request = {
        .method = "POST", .path = pull_path(client, reference), .on_data = lines_feed, .context = &lines
    };
    int rc = client_call(client, &request, NULL, err);
    buf_free(&lines.pending);
    if (rc >= 0 && *progress.failure)
        return error_set(err, ERROR_INTERNAL, 0, "%s", progress.failure);
    return rc < 0 ? -1 : 0;
}

static const struct command_option option_rows[] = {
    { 'q', "quiet", NULL, "no progress, only the name at the end" },
    { 0 },
};

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    bool quiet = false;
    for (int key; (key = command_next(&command_pull, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        quiet = true;
    }
    if (optind == argc)
        return command_usage(&command_pull, err);
    for (int i = optind; i < argc; i++) {
        if (pull_image(client, argv[i], quiet, err) < 0)
            return -1;
        puts(argv[i]);
    }
    return 0;
}

const struct command command_pull = {
    .name = "pull",
    .arguments = "IMAGE...",
    .help = "Pull images from their registries",
    .options = option_rows,
    .run = run,
};
