#include "cmd/coracle/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define MAX_DOCUMENT (64u << 20)

/* ---- options ---- */

static const struct command_option *rows_of(const struct command *command)
{
    static const struct command_option none[] = { { 0 } };
    return command->options ? command->options : none;
}

static bool is_letter(int key)
{
    return key < OPTION_NONE;
}

static int refuse(const struct command *command, const char *word, const char *what, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%s %s: coracle %s --help lists the options", word, what, command->name);
}

/* What getopt means by '?' and ':'. */
static int refuse_option(const struct command *command, int found, char **argv, struct error **err)
{
    const char *what = found == ':' ? "needs a value" : "is not an option";
    char letter[] = { '-', (char)optopt, '\0' };
    if (optopt && is_letter(optopt))
        return refuse(command, letter, what, err);
    return refuse(command, argv[optind - 1], optopt ? (found == ':' ? what : "takes no value") : what, err);
}

int command_next(const struct command *command, int argc, char **argv, struct error **err)
{
    struct option longs[COMMAND_MAX_OPTIONS + 1] = { 0 };
    char shorts[2 * COMMAND_MAX_OPTIONS + 3] = { 0 };
    char *letter = shorts;
    if (command->program)
        *letter++ = '+';
    *letter++ = ':';
    const struct command_option *row = rows_of(command);
    for (size_t i = 0; row->name; row++, i++) {
        longs[i] = (struct option){ row->name, row->value ? required_argument : no_argument, NULL, row->key };
        if (!is_letter(row->key))
            continue;
        *letter++ = (char)row->key;
        if (row->value)
            *letter++ = ':';
    }
    opterr = 0;
    int found = getopt_long(argc, argv, shorts, longs, NULL);
    if (found == '?' || found == ':')
        return refuse_option(command, found, argv, err);
    return found == -1 ? 0 : found;
}

int command_take_format(const struct command *command, int argc, char **argv, const char **ret_format,
                        struct error **err)
{
    const char *format = NULL;
    for (int key; (key = command_next(command, argc, argv, err)) != 0;) {
        if (key < 0)
            return -1;
        format = optarg;
    }
    *ret_format = format;
    return 0;
}

static const char *usage_options(const struct command *command)
{
    return rows_of(command)->name ? " [OPTION]..." : "";
}

int command_usage(const struct command *command, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "usage: coracle %s%s %s", command->name, usage_options(command),
                     command->arguments);
}

void command_help(const struct command *command)
{
    printf("Usage: coracle %s%s%s%s\n\n%s.\n", command->name, usage_options(command), *command->arguments ? " " : "",
           command->arguments, command->help);
    const struct command_option *row = rows_of(command);
    if (row->name)
        puts("\nOptions:");
    for (; row->name; row++) {
        char text[64];
        char letter[] = { '-', (char)row->key, ',', ' ', '\0' };
        snprintf(text, sizeof text, "%s--%s %s", is_letter(row->key) ? letter : "    ", row->name,
                 row->value ? row->value : "");
        printf("  %-26s %s\n", text, row->help);
    }
}

/* ---- requests ---- */

const struct json *command_get(const struct client *client, const char *path, struct error **err)
{
    autobuf body = BUF(MAX_DOCUMENT);
    const struct request request = { .method = "GET", .path = path };
    if (client_call(client, &request, &body, err) < 0)
        return NULL;
    struct schema_limits limits = { .max_bytes = MAX_DOCUMENT, .max_depth = 64 };
    const struct json *document = json_parse_bytes(client->arena, buf_text(&body), body.len, limits, err);
    if (!document)
        error_wrap(err, "%s answered what is no JSON", client->url);
    return document;
}

/* @path with its one %s filled. */
static const char *path_of(const struct client *client, const char *path, const char *name)
{
    const char *hole = strstr(path, "%s");
    return arena_printf(client->arena, "%.*s%s%s", (int)(hole - path), path, client_escape(client, name), hole + 2);
}

int command_each(const struct client *client, const char *method, const char *path, int argc, char **argv,
                 struct error **err)
{
    for (int i = optind; i < argc; i++) {
        autoerror *failure = NULL;
        const struct request request = { .method = method, .path = path_of(client, path, argv[i]) };
        if (client_call(client, &request, NULL, &failure) >= 0) {
            puts(argv[i]);
            continue;
        }
        if (!*err) {
            *err = failure;
            failure = NULL;
        } else {
            fprintf(stderr, "coracle: %s\n", failure->message);
        }
    }
    return *err ? -1 : 0;
}

int command_exists(const struct client *client, const struct command *command, const char *path, int argc, char **argv,
                   struct error **err)
{
    if (command_next(command, argc, argv, err) < 0)
        return -1;
    if (optind + 1 != argc)
        return command_usage(command, err);
    const struct request request = { .method = "GET", .path = path_of(client, path, argv[optind]) };
    if (client_call(client, &request, NULL, err) >= 0)
        return 0;
    if ((*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 1;
}
