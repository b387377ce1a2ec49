/* coracle: a remote command line client for coracled (and for podman's service). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/version.h"

static const struct command *const commands[] = {
    &command_run, &command_exec, &command_ps,     &command_logs,    &command_stop,   &command_kill, &command_wait,
    &command_rm,  &command_pull, &command_images, &command_inspect, &command_events, &command_info, &command_version,
    &command_healthcheck_run, &command_stats, &command_init,
    &command_network_create, &command_network_ls, &command_network_inspect, &command_network_rm, &command_network_prune,
    &command_network_exists, &command_network_update,
    &command_network_connect, &command_network_disconnect, &command_network_reload,
    &command_secret_create, &command_secret_ls, &command_secret_inspect, &command_secret_rm, &command_secret_exists,
    &command_system_df, &command_system_prune, &command_system_check, &command_system_diagnostics,
    &command_cp, &command_diff, &command_export, &command_commit,
    &command_volume_create, &command_volume_ls, &command_volume_inspect, &command_volume_rm, &command_volume_prune,
    &command_volume_exists, &command_volume_reload, &command_volume_export, &command_volume_import,
};
#define COMMAND_COUNT (sizeof commands / sizeof *commands)

enum { EXIT_OURS = 125 }; /* docker's and podman's code for "the client failed, not the container" */

static void help(void)
{
    puts("Usage: coracle [--url URL] COMMAND [OPTION]... [ARGUMENT]...\n\n"
         "A client for a container engine's API.\n\n"
         "Options:\n"
         "  -H, --url URL   where the engine is: unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT][/PATH];\n"
         "                  without it CONTAINER_HOST, then DOCKER_HOST, then unix://" ADDRESS_DEFAULT_PATH "\n"
         "  -v, --version   the version of this program\n"
         "  -h, --help      this text; after a command: its options\n\n"
         "Commands:");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-18s  %s\n", commands[i]->name, commands[i]->help);
    puts("\ncoracle(1) has the rest.");
}

/* By its one word, or by two: *ret_words. */
static const struct command *find(int argc, char **argv, int *ret_words)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const char *name = commands[i]->name;
        size_t len = strcspn(name, " ");
        bool first = strlen(argv[0]) == len && !strncmp(argv[0], name, len);
        *ret_words = name[len] ? 2 : 1;
        if (first && (!name[len] || (argc > 1 && !strcmp(argv[1], name + len + 1))))
            return commands[i];
    }
    return NULL;
}

/* Commands of two words that begin with this one: whether there are any, printed to @out unless it is NULL. */
static bool list_group(const char *word, FILE *out)
{
    size_t len = strlen(word);
    bool any = false;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strncmp(commands[i]->name, word, len) || commands[i]->name[len] != ' ')
            continue;
        any = true;
        if (out)
            fprintf(out, "  %-18s  %s\n", commands[i]->name, commands[i]->help);
    }
    return any;
}

static int no_command(int argc, char **argv, struct error **err)
{
    if (!list_group(argv[0], NULL))
        return error_set(err, ERROR_INVALID, 0, "\"%s\" is not a command: coracle --help lists them", argv[0]);
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        printf("Usage: coracle %s COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n", argv[0]);
        list_group(argv[0], stdout);
        return 0;
    }
    if (argc > 1)
        return error_set(err, ERROR_INVALID, 0, "\"%s %s\" is not a command: coracle %s --help lists them", argv[0], argv[1], argv[0]);
    return error_set(err, ERROR_INVALID, 0, "\"%s\" is half a command: coracle %s --help lists the other halves", argv[0], argv[0]);
}

static int run(const char *url, int argc, char **argv, struct error **err)
{
    autoarena *arena = arena_new();
    struct client client;
    int words;
    const struct command *command = find(argc, argv, &words);
    if (!command)
        return no_command(argc, argv, err);
    argc -= words - 1;
    argv += words - 1;
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        command_help(command);
        return 0;
    }
    if (client_init(&client, url, arena, err) < 0)
        return -1;
    optind = 0; /* glibc: start over for the command's own options */
    return command->run(&client, argc, argv, err);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        { "url", required_argument, NULL, 'H' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'v' },
        { 0 },
    };
    const char *url = NULL;
    for (int option; (option = getopt_long(argc, argv, "+hH:v", options, NULL)) != -1;) {
        switch (option) {
        case 'H': url = optarg; break;
        case 'v': puts("coracle version " CORACLE_VERSION); return 0;
        case 'h': help(); return 0;
        default: return EXIT_OURS;
        }
    }
    if (optind == argc) {
        help();
        return EXIT_OURS;
    }
    autoerror *err = NULL;
    int code = run(url, argc - optind, argv + optind, &err);
    if (code < 0) {
        autoarena *arena = arena_new();
        fprintf(stderr, "coracle: %s\n", output_harmless(arena, err->message, "\n\t"));
    }
    return fflush(stdout) || code < 0 ? EXIT_OURS : code;
}
