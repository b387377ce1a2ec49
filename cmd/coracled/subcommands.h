#pragma once
/* Subcommands of coracled. */
struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name; returns the exit code */
};
extern const struct subcommand subcommands[]; /* ends with an empty entry */

int run_boot(int argc, char **argv);
int run_cleanup(int argc, char **argv);
int run_dial_stdio(int argc, char **argv);
