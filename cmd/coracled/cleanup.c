/* coracled cleanup: what conmon calls when a container or exec session ended. */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cmd/coracled/subcommands.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/engine.h"

/* conmon runs us in the session's own directory, which goes once the end is recorded: as a rule whoever serves the
 * session was faster, and nothing is left to do. */
static bool is_recorded(void)
{
    struct stat here;
    return stat(".", &here) == 0 && !here.st_nlink;
}

static int handle_exit(const struct engine_options *options, const char *id, const char *exec_id, struct error **err)
{
    autoengine *engine = engine_open(options, err);
    if (!engine)
        return -1;
    engine->repaired = true; /* others are looked after by whoever serves */
    return exec_id ? exec_exited(engine, id, exec_id, err) : container_exited(engine, id, err);
}

int run_cleanup(int argc, char **argv)
{
    static const struct option options[] = {
        { "root", required_argument, NULL, 'r' },
        { "runroot", required_argument, NULL, 'R' },
        { "exec", required_argument, NULL, 'e' },
        { 0 },
    };
    struct engine_options engine = { 0 };
    const char *exec_id = NULL;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'r': engine.root = optarg; break;
        case 'R': engine.runroot = optarg; break;
        case 'e': exec_id = optarg; break;
        default: return 2;
        }
    }
    if (optind != argc - 1) {
        fputs("coracled: usage: coracled cleanup --root DIR --runroot DIR ID [--exec ID]\n", stderr);
        return 2;
    }
    if (exec_id && is_recorded())
        return 0;
    signal(SIGPIPE, SIG_IGN);
    autoerror *err = NULL;
    if (handle_exit(&engine, argv[optind], exec_id, &err) == 0)
        return 0;
    log_error("cleanup of %s: %s", argv[optind], err->message);
    return 1;
}
