/* coracled healthcheck: runs a container's health checks for as long as it runs. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/coracled/subcommands.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/health/health.h"
#include "core/engine.h"

int run_healthcheck(int argc, char **argv)
{
    struct engine_options engine = { 0 };
    if (subcommand_places(argc, argv, &engine) < 0)
        return 2;
    if (optind != argc - 1) {
        fputs("coracled: usage: coracled healthcheck --root DIR --runroot DIR ID\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    pid_t child = fork(); /* who started it need not bury it */
    if (child)
        return child < 0;
    autoerror *err = NULL;
    if (container_watch_health(&engine, argv[optind], &err) >= 0)
        return 0;
    log_error("health checks of %s: %s", argv[optind], err->message);
    return 1;
}
