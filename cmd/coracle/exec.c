/* coracle exec */
#include <getopt.h>
#include <unistd.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "cmd/coracle/terminal.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/str.h"
#include "core/schema/json.h"

struct exec_options {
    bool detach;
    struct libpod_exec_create body;
    struct detach_keys keys;
};

static const struct command_option option_rows[] = {
    { 'd', "detach", NULL, "do not stay" },
    { 'i', "interactive", NULL, "pass standard input on" },
    { 't', "tty", NULL, "give it a terminal" },
    { 'e', "env", "NAME=VALUE", "a variable" },
    { 'u', "user", "USER[:GROUP]", "run as this user" },
    { 'w', "workdir", "DIR", "run in this directory" },
    { OPTION_PRIVILEGED, "privileged", NULL, "with all capabilities" },
    { OPTION_DETACH_KEYS, "detach-keys", "KEYS", "what leaves it alone, ctrl-p,ctrl-q by default" },
    { 0 },
};

static int parse(const struct client *client, int argc, char **argv, struct exec_options *options, struct error **err)
{
    struct libpod_exec_create *body = &options->body;
    for (int key; (key = command_next(&command_exec, argc, argv, err)) != 0;) {
        switch (key) {
        case 'd': options->detach = true; break;
        case 'i': body->attach_stdin = true; break;
        case 't': body->tty = true; break;
        case 'e': str_list_add(client->arena, &body->env, optarg); break;
        case 'u': body->user = optarg; break;
        case 'w': body->workdir = optarg; break;
        case OPTION_PRIVILEGED: body->privileged = true; break;
        case OPTION_DETACH_KEYS: body->detach_keys = optarg; break;
        default: return -1;
        }
    }
    if (argc - optind < 2)
        return command_usage(&command_exec, err);
    body->cmd = (struct str_list){ (const char **)argv + optind + 1, (size_t)(argc - optind - 1) };
    body->attach_stdout = body->attach_stderr = !options->detach;
    return detach_keys_parse(str_empty(body->detach_keys) ? NULL : body->detach_keys, &options->keys, err);
}

static const char *create(const struct client *client, const char *name, const struct libpod_exec_create *body,
                          struct error **err)
{
    autobuf text = BUF(1u << 20), made = BUF(65536);
    schema_encode(&text, libpod_exec_create_schema(), body, SCHEMA_NEWEST);
    const struct request request = {
        .method = "POST",
        .path = arena_printf(client->arena, LIBPOD "/containers/%s/exec", client_escape(client, name)),
        .body = buf_text(&text),
    };
    if (client_call(client, &request, &made, err) < 0)
        return NULL;
    const struct json *answer = json_parse(client->arena, buf_text(&made), made.len, SCHEMA_LIMITS, err);
    return answer ? output_member(answer, "Id") : NULL;
}

static int exit_code(const struct client *client, const char *id, struct error **err)
{
    const struct json *session = command_get(client, arena_printf(client->arena, LIBPOD "/exec/%s/json", id), err);
    const struct json *code = json_get(session, "ExitCode");
    return session ? (code ? (int)code->integer : 0) : -1;
}

/* The first size travels with the request. */
static const char *start_body(const struct client *client, const struct libpod_exec_create *body)
{
    struct libpod_exec_start start = { .tty = body->tty };
    int rows, columns;
    autobuf text = BUF(4096);
    if (body->tty && terminal_size(&rows, &columns)) {
        start.height = rows;
        start.width = columns;
    }
    schema_encode(&text, libpod_exec_start_schema(), &start, SCHEMA_NEWEST);
    return arena_strdup(client->arena, buf_text(&text));
}

static int attached(const struct client *client, const struct exec_options *options, const char *id, const char *path,
                    struct error **err)
{
    const struct libpod_exec_create *body = &options->body;
    autobuf early = BUF(1u << 20);
    autofd fd = client_hijack(client, path, start_body(client, body), &early, err);
    if (fd < 0)
        return -1;
    struct pump pump = {
        .client = client,
        .fd = fd,
        .tty = body->tty,
        .stdin_open = body->attach_stdin,
        .resize_path = body->tty ? arena_printf(client->arena, LIBPOD "/exec/%s/resize?running=false&", id) : NULL,
        .early = &early,
    };
    if (body->tty)
        pump.keys = options->keys;
    if (terminal_pump(&pump, err) < 0)
        return -1;
    if (pump.ret_signal)
        return EXIT_SIGNALLED + pump.ret_signal;
    return pump.ret_detached ? 0 : exit_code(client, id, err);
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    struct exec_options options = { 0 };
    if (parse(client, argc, argv, &options, err) < 0 ||
        (!options.detach && terminal_check(options.body.tty, options.body.attach_stdin, err) < 0))
        return -1;
    const char *id = create(client, argv[optind], &options.body, err);
    if (!id)
        return -1;
    const char *path = arena_printf(client->arena, LIBPOD "/exec/%s/start", id);
    if (!options.detach)
        return attached(client, &options, id, path, err);
    const struct request request = { .method = "POST", .path = path, .body = "{\"Detach\":true}" };
    return client_call(client, &request, NULL, err) < 0 ? -1 : 0;
}

const struct command command_exec = {
    .name = "exec",
    .arguments = "CONTAINER COMMAND [ARGUMENT]...",
    .help = "Run a command in a container",
    .options = option_rows,
    .program = true,
    .run = run,
};
