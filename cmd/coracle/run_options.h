#pragma once
/* The options of `coracle run`, as the body of the request they make. */
#include <stdbool.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"

extern const struct command_option run_option_rows[];

struct run_options {
    bool detach;
    const char *detach_keys; /* NULL: the usual ones */
    struct libpod_spec spec; /* lists in the client's arena */
};
/* --secret NAME[,type=mount|env][,target=…][,uid=…][,gid=…][,mode=…]; ERROR_INVALID shows @text. */
int run_add_secret(struct arena *arena, struct libpod_spec *spec, const char *text, struct error **err);
/* ERROR_INVALID names the option. */
int run_options_parse(const struct client *client, int argc, char **argv, struct run_options *ret_options,
                      struct error **err);
