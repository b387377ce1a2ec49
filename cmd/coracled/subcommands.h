#pragma once
/* Subcommands of coracled. */
struct engine_options;

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name; returns the exit code */
};
extern const struct subcommand subcommands[]; /* ends with an empty entry */

int run_boot(int argc, char **argv);
int run_cleanup(int argc, char **argv);
int run_dial_stdio(int argc, char **argv);
int run_healthcheck(int argc, char **argv);
/* Takes --root and --runroot, and nothing else that looks like an option: -1. The rest is from optind on. */
int subcommand_places(int argc, char **argv, struct engine_options *engine);
