/* coracle network reload */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MAX_ANSWER (16u << 20)

/* Prints those that went well; the first that did not is the error. */
static int report(const struct libpod_reloaded *reports, size_t count, struct error **err)
{
    for (size_t i = 0; i < count; i++) {
        if (!reports[i].error)
            printf("%s\n", reports[i].id);
        else if (!*err)
            error_set(err, ERROR_INTERNAL, 0, "%s", reports[i].error);
    }
    return *err ? -1 : 0;
}

static int reload(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *path = LIBPOD "/networks/reload";
    if (command_next(&command_network_reload, argc, argv, err) < 0)
        return -1;
    for (int i = optind; i < argc; i++)
        path = arena_printf(client->arena, "%s%ccontainers=%s", path, i == optind ? '?' : '&', client_escape(client, argv[i]));
    autobuf answer = BUF(MAX_ANSWER);
    const struct request request = { .method = "POST", .path = path };
    size_t count = 0;
    if (client_call(client, &request, &answer, err) < 0)
        return -1;
    const struct libpod_reloaded *reports =
        schema_decode_list(client->arena, libpod_reloaded_schema(), buf_text(&answer), answer.len, SCHEMA_LIMITS, &count, err);
    return reports ? report(reports, count, err) : -1;
}

const struct command command_network_reload = {
    .name = "network reload",
    .arguments = "[CONTAINER...]",
    .help = "Make firewall rules and name service again, of all that run when none is named",
    .run = reload,
};
