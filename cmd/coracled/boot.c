/* coracled boot: what the service manager calls once the machine is up, for nobody else may come to look for long. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>

#include "cmd/coracled/subcommands.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/engine.h"

static int look(const struct engine_options *options, struct error **err)
{
    const struct container_filters everything = { 0 };
    autocontainers list = { 0 };
    autoengine *engine = engine_open(options, err);
    return engine ? container_list(engine, &everything, false, 0, &list, err)
                  : -1; /* the first look finds what a boot left */
}

int run_boot(int argc, char **argv)
{
    struct engine_options engine = { 0 };
    if (subcommand_places(argc, argv, &engine) < 0)
        return 2;
    if (optind != argc) {
        fputs("coracled: usage: coracled boot [--root DIR] [--runroot DIR]\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    autoerror *err = NULL;
    if (look(&engine, &err) == 0)
        return 0;
    log_error("looking after containers: %s", err->message);
    return 1;
}
