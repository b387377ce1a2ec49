/* coracle run */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/types/libpod/libpod.h"
#include "cmd/coracle/command.h"
#include "cmd/coracle/output.h"
#include "cmd/coracle/pull.h"
#include "cmd/coracle/run_options.h"
#include "cmd/coracle/terminal.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/schema/json.h"

static int create_once(const struct client *client, const char *body, const char **ret_id, struct error **err)
{
    autobuf made = BUF(1u << 20);
    const struct request request = { .method = "POST", .path = LIBPOD "/containers/create", .body = body };
    if (client_call(client, &request, &made, err) < 0)
        return -1;
    const struct json *answer = json_parse(client->arena, buf_text(&made), made.len, SCHEMA_LIMITS, err);
    if (!answer)
        return -1;
    const struct json *warnings = json_get(answer, "Warnings");
    for (size_t i = 0; warnings && i < warnings->count; i++)
        fprintf(stderr, "coracle: warning: %s\n",
                output_harmless(client->arena, str_or(warnings->members[i].value.text, ""), ""));
    *ret_id = output_member(answer, "Id");
    return 0;
}

/* Asks first whether the image is there, so that only a missing image is pulled. */
static int create(const struct client *client, const struct libpod_spec *spec, const char **ret_id, struct error **err)
{
    autobuf body = BUF(4u << 20);
    schema_encode(&body, libpod_spec_schema(), spec, SCHEMA_NEWEST);
    if (create_once(client, buf_text(&body), ret_id, err) == 0)
        return 0;
    autoerror *missing = NULL;
    const struct request exists = { .method = "GET",
                                    .path = arena_printf(client->arena, LIBPOD "/images/%s/exists",
                                                         client_escape(client, spec->image)) };
    if ((*err)->kind != ERROR_NOT_FOUND || client_call(client, &exists, NULL, &missing) >= 0 ||
        missing->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    if (pull_image(client, spec->image, false, err) < 0)
        return -1;
    return create_once(client, buf_text(&body), ret_id, err);
}

static int start(const struct client *client, const char *id, struct error **err)
{
    const struct request request = { .method = "POST",
                                     .path = arena_printf(client->arena, LIBPOD "/containers/%s/start", id) };
    return client_call(client, &request, NULL, err) < 0 ? -1 : 0;
}

static int wait_for(const struct client *client, const char *id, struct error **err)
{
    autobuf code = BUF(64);
    const struct request request = { .method = "POST",
                                     .path = arena_printf(client->arena, LIBPOD "/containers/%s/wait", id) };
    return client_call(client, &request, &code, err) < 0 ? -1 : atoi(buf_text(&code));
}

/* docker's codes: 127 a command that is not there, 126 one that cannot run. */
static int start_failed(const struct client *client, const char *id, bool remove, struct error *err)
{
    autoerror *ignored = NULL;
    fprintf(stderr, "coracle: %s\n", err->message);
    const struct request request = { .method = "DELETE",
                                     .path =
                                         arena_printf(client->arena, LIBPOD "/containers/%s?force=true&v=true", id) };
    if (remove)
        client_call(client, &request, NULL, &ignored);
    return err->kind == ERROR_NOT_FOUND ? 127 : err->kind == ERROR_INVALID ? 126 : 125;
}

static const char *attach_path(const struct client *client, const struct run_options *options, const char *id)
{
    const struct libpod_spec *spec = &options->spec;
    const char *keys = options->detach_keys;
    return arena_printf(client->arena, LIBPOD "/containers/%s/attach?stream=true&stdout=true&stderr=true%s%s%s", id,
                        spec->stdin_open ? "&stdin=true" : "", keys ? "&detachKeys=" : "",
                        keys ? client_escape(client, keys) : "");
}

static const char *path_of(const struct client *client, const char *id, const char *what)
{
    return arena_printf(client->arena, LIBPOD "/containers/%s/%s", id, what);
}

static int attached(const struct client *client, const struct run_options *options, const struct detach_keys *keys,
                    const char *id, struct error **err)
{
    const struct libpod_spec *spec = &options->spec;
    autobuf early = BUF(1u << 20);
    terminal_hold_signals();
    autofd fd = client_hijack(client, attach_path(client, options, id), NULL, &early, err);
    if (fd < 0)
        return -1;
    autoerror *failure = NULL;
    if (start(client, id, &failure) < 0)
        return start_failed(client, id, spec->remove, failure);
    struct pump pump = {
        .client = client,
        .fd = fd,
        .tty = spec->terminal,
        .stdin_open = spec->stdin_open,
        .resize_path = spec->terminal ? path_of(client, id, "resize?running=false&") : NULL,
        .signal_path = path_of(client, id, "kill?"),
        .early = &early,
    };
    if (spec->terminal)
        pump.keys = *keys;
    if (terminal_pump(&pump, err) < 0)
        return -1;
    if (pump.ret_signal)
        return EXIT_SIGNALLED + pump.ret_signal;
    return pump.ret_detached ? 0 : wait_for(client, id, err);
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    struct run_options options = { 0 };
    struct detach_keys keys;
    const char *id = NULL;
    if (run_options_parse(client, argc, argv, &options, err) < 0 ||
        detach_keys_parse(options.detach_keys, &keys, err) < 0 ||
        (!options.detach && terminal_check(options.spec.terminal, options.spec.stdin_open, err) < 0) ||
        create(client, &options.spec, &id, err) < 0)
        return -1;
    if (!options.detach)
        return attached(client, &options, &keys, id, err);
    autoerror *failure = NULL;
    if (start(client, id, &failure) < 0)
        return start_failed(client, id, options.spec.remove, failure);
    puts(id);
    return 0;
}

const struct command command_run = {
    .name = "run",
    .arguments = "IMAGE [COMMAND [ARGUMENT]...]",
    .help = "Make a container and run it; pull the image when it is not there",
    .options = run_option_rows,
    .program = true,
    .run = run,
};
