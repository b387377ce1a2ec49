#include "cmd/coracled/subcommands.h"

#include <getopt.h>
#include <stddef.h>

#include "core/engine.h"

const struct subcommand subcommands[] = {
    { "boot", run_boot },
    { "cleanup", run_cleanup },
    { "dial-stdio", run_dial_stdio },
    { "healthcheck", run_healthcheck },
    { NULL, NULL },
};

int subcommand_places(int argc, char **argv, struct engine_options *engine)
{
    static const struct option options[] = {
        { "root", required_argument, NULL, 'r' },
        { "runroot", required_argument, NULL, 'R' },
        { 0 },
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'r' && option != 'R')
            return -1;
        *(option == 'r' ? &engine->root : &engine->runroot) = optarg;
    }
    return 0;
}
