/* coracle wait */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    if (command_next(&command_wait, argc, argv, err) < 0)
        return -1;
    if (optind == argc)
        return command_usage(&command_wait, err);
    for (int i = optind; i < argc; i++) {
        autobuf code = BUF(64);
        const struct request request = {
            .method = "POST",
            .path = arena_printf(client->arena, LIBPOD "/containers/%s/wait", client_escape(client, argv[i])),
        };
        if (client_call(client, &request, &code, err) < 0)
            return -1;
        printf("%d\n", atoi(buf_text(&code)));
    }
    return 0;
}

const struct command command_wait = {
    .name = "wait",
    .arguments = "CONTAINER...",
    .help = "Wait until containers end and print their exit codes",
    .run = run,
};
