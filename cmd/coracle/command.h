#pragma once
/*
 * The commands of coracle: one file each, listed in main.c.
 *
 * A command's options are rows of a table: getopt, --help and the completion script all read them there.
 */
#include "cmd/coracle/client.h"

struct arena;
struct error;

/* Keys of options without a letter. */
enum {
    OPTION_NONE = 256,
    OPTION_ALIAS,
    OPTION_DETACH_KEYS,
    OPTION_DISABLE_DNS,
    OPTION_DNS,
    OPTION_DNS_ADD,
    OPTION_DNS_DROP,
    OPTION_DRIVER_OPTS,
    OPTION_ENTRYPOINT,
    OPTION_FILTER,
    OPTION_FORMAT,
    OPTION_GATEWAY,
    OPTION_HEALTH_CMD,
    OPTION_HEALTH_INTERVAL,
    OPTION_HEALTH_ON_FAILURE,
    OPTION_HEALTH_RETRIES,
    OPTION_HEALTH_START_INTERVAL,
    OPTION_HEALTH_START_PERIOD,
    OPTION_HEALTH_TIMEOUT,
    OPTION_IGNORE,
    OPTION_INTERFACE,
    OPTION_INTERNAL,
    OPTION_IP,
    OPTION_IP6,
    OPTION_IPV6,
    OPTION_MAC_ADDRESS,
    OPTION_NAME,
    OPTION_NETWORK,
    OPTION_PRIVILEGED,
    OPTION_REPLACE,
    OPTION_RM,
    OPTION_SECRET,
    OPTION_SHOWSECRET,
    OPTION_SINCE,
    OPTION_SUBNET,
    OPTION_UNTIL,
    OPTION_VOLUMES,
};

struct command_option {
    int key;           /* its letter, or one of OPTION_… */
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, NULL for nothing */
    const char *help;
};
#define COMMAND_MAX_OPTIONS 64

struct command {
    const char *name, *arguments, *help;  /* name: of one word, or two as "secret ls"; arguments: "" for none */
    const struct command_option *options; /* the last row has no name; NULL for none */
    bool program;                         /* what follows the first argument is another program's */
    /* argv[0] is the last word of the command's name. Returns the program's exit code, or -1 with *err. */
    int (*run)(const struct client *client, int argc, char **argv, struct error **err);
};

extern const struct command command_commit, command_cp, command_diff, command_events, command_exec, command_export,
    command_healthcheck_run, command_images, command_info, command_init, command_inspect, command_kill,
    command_logs, command_network_connect, command_network_create, command_network_disconnect, command_network_exists,
    command_network_inspect, command_network_ls, command_network_prune, command_network_reload, command_network_rm,
    command_network_update, command_ps, command_pull, command_rm, command_run, command_secret_create, command_secret_exists,
    command_secret_inspect, command_secret_ls, command_secret_rm, command_stats, command_stop, command_system_check, command_system_df,
    command_system_diagnostics,
    command_system_prune, command_version, command_volume_create, command_volume_exists, command_volume_export,
    command_volume_import, command_volume_inspect, command_volume_ls, command_volume_prune, command_volume_reload, command_volume_rm,
    command_wait;

#define LIBPOD "/v5.0.0/libpod"

/* The next option's key, with its value in optarg; 0 when only arguments are left, from optind on; -1 with *err. */
int command_next(const struct command *command, int argc, char **argv, struct error **err);
/* The same for commands whose one option is --format: the format or NULL in *ret_format. */
int command_take_format(const struct command *command, int argc, char **argv, const char **ret_format,
                        struct error **err);
#define COMMAND_FORMAT_HELP "json, or a template like '{{.Id}} {{.State}}'"

/* For what the arguments are not: an error with the usage line. */
int command_usage(const struct command *command, struct error **err);
void command_help(const struct command *command); /* to standard output */

/* GETs an archive into @file; NULL: standard output, unless that is a terminal. */
int command_download(const struct client *client, const char *path, const char *file, struct error **err);
/* The same into a descriptor, borrowed. */
int command_download_to(const struct client *client, const char *path, int fd, struct error **err);
/* GETs a JSON document. NULL with *err. */
const struct json *command_get(const struct client *client, const char *path, struct error **err);
/* Applies @path (with one %s for the escaped name) to each of argv from optind on; prints the names that went well. The
 * first error is returned after all were tried. */
int command_each(const struct client *client, const char *method, const char *path, int argc, char **argv,
                 struct error **err);
/* What `exists` commands do: GETs @path (as above) for the one argument. 0 there is one, 1 there is none; -1 with *err. */
int command_exists(const struct client *client, const struct command *command, const char *path, int argc, char **argv,
                   struct error **err);
