#include "cmd/coracled/subcommands.h"

#include <stddef.h>

const struct subcommand subcommands[] = {
    { "boot", run_boot },
    { "cleanup", run_cleanup },
    { "dial-stdio", run_dial_stdio },
    { NULL, NULL },
};
