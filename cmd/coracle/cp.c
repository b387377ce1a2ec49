/* coracle cp: the server resolves, follows and renames; tar(1) packs and unpacks here. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/base/spawn.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define RENAME_MAX (64u << 10)

static const struct command_option option_rows[] = {
    { 'a', "archive", NULL, "into a container: with the owners they have here, not as the container's user" },
    { 0 },
};

struct side {
    const char *container; /* NULL: here */
    const char *path;
    bool is_there, is_directory;
};

/* "NAME:PATH"; a path of ours with a colon begins with / or a dot. */
static struct side read_side(const struct client *client, const char *text)
{
    const char *colon = strchr(text, ':');
    if (!colon || colon == text || *text == '/' || *text == '.')
        return (struct side){ .path = text };
    return (struct side){ .container = arena_strndup(client->arena, text, (size_t)(colon - text)), .path = str_or(colon + 1, "/") };
}

static const char *archive_url(const struct client *client, const struct side *side, const char *path, const char *query)
{
    return arena_printf(client->arena, LIBPOD "/containers/%s/archive?path=%s%s", client_escape(client, side->container),
                        client_escape(client, path), query);
}

/* ---- what is there ---- */

/* In a container: what the server says of it. A missing one is told apart from a missing container. */
static int look_there(const struct client *client, struct side *side, struct error **err)
{
    const char *header = NULL;
    const struct request request = {
        .method = "HEAD",
        .path = archive_url(client, side, side->path, ""),
        .header = "X-Docker-Container-Path-Stat",
        .ret_header = &header,
    };
    autoerror *refused = NULL;
    size_t len;
    int status = client_call(client, &request, NULL, &refused);
    if (status < 0 && refused->kind != ERROR_NOT_FOUND) {
        *err = refused;
        refused = NULL;
        return -1;
    }
    const char *text = header && status >= 0 ? str_base64_decode(client->arena, header, &len) : NULL;
    const struct json *stat = text ? json_parse(client->arena, text, len, SCHEMA_LIMITS, err) : NULL;
    const struct json *directory = json_get(stat, "isDir");
    if (text && !stat)
        return error_wrap(err, "%s says what is no JSON of %s", client->url, side->path);
    side->is_there = stat;
    side->is_directory = directory && directory->truth;
    return 0;
}

static int look(const struct client *client, struct side *side, struct error **err)
{
    struct stat st;
    if (side->container)
        return look_there(client, side, err);
    side->is_there = stat(side->path, &st) == 0;
    side->is_directory = side->is_there && S_ISDIR(st.st_mode);
    return 0;
}

static bool is_content(const char *path)
{
    return str_ends(path, "/.") || !strcmp(path, ".") || !strcmp(path, "/");
}

/* Without slashes at its end. */
static const char *trim(const struct client *client, const char *path)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    return arena_strndup(client->arena, path, len);
}

static const char *parent_of(const struct client *client, const char *path)
{
    const char *base = path_base(path);
    if (base == path)
        return ".";
    return trim(client, arena_strndup(client->arena, path, (size_t)(base - path)));
}

/* ---- where it goes ---- */

struct route {
    const char *from; /* source: a directory whose content is copied, or what is copied by its name */
    const char *into; /* directory of the target */
    const char *rename; /* "" or "&rename=…" */
    bool content;
    bool make; /* the target's directory is new */
};

static const char *rename_query(const struct client *client, const char *from, const char *to)
{
    autobuf map = BUF(RENAME_MAX);
    if (!strcmp(from, to))
        return "";
    buf_putc(&map, '{');
    schema_encode_text(&map, from);
    buf_putc(&map, ':');
    schema_encode_text(&map, to);
    buf_putc(&map, '}');
    return arena_printf(client->arena, "&rename=%s", client_escape(client, buf_text(&map)));
}

static int plan(const struct client *client, const struct side *from, const struct side *to, struct route *ret_route, struct error **err)
{
    const char *source = trim(client, from->path), *target = trim(client, to->path);
    struct route route = { .from = source, .into = target, .rename = "", .content = is_content(source) };
    struct side parent = { .container = to->container, .path = parent_of(client, target) };
    if (!from->is_there)
        return error_set(err, ERROR_NOT_FOUND, 0, "%s%s%s is not there", str_or(from->container, ""), from->container ? ":" : "", from->path);
    if (!to->is_directory && to->is_there && from->is_directory)
        return error_set(err, ERROR_INVALID, 0, "cannot copy a directory over the file %s", to->path);
    if (!to->is_there && look(client, &parent, err) < 0)
        return -1;
    if (!to->is_there && (!parent.is_directory || (str_ends(to->path, "/") && !from->is_directory)))
        return error_set(err, ERROR_NOT_FOUND, 0, "the directory %s is not there", str_ends(to->path, "/") ? to->path : parent.path);
    if (!to->is_there && from->is_directory) {
        route.content = route.make = true;
    } else if (!to->is_directory) {
        route.into = parent.path;
        route.rename = rename_query(client, path_base(source), path_base(target));
    }
    *ret_route = route;
    return 0;
}

/* ---- with tar ---- */

/* @end: what tar reads or writes; borrowed */
static int start_tar(const char *const *argv, int end, bool reads, struct process *ret_process, struct error **err)
{
    const struct spawn_fd fds[] = { { end, reads ? STDIN_FILENO : STDOUT_FILENO }, { STDERR_FILENO, STDERR_FILENO } };
    const struct spawn what = { .argv = argv, .fds = fds, .fd_count = 2 };
    return spawn_start(&what, ret_process, err);
}

static int end_tar(struct process *process, int rc, struct error **err)
{
    int code = process_wait(process, -1);
    return rc == 0 && code != 0 ? error_set(err, ERROR_INVALID, 0, "tar ended with %d", code) : rc;
}

static int copy_out(const struct client *client, const struct side *from, const struct route *route, struct error **err)
{
    const char *const argv[] = { "tar", "-x", "-p", "--no-same-owner", "-f", "-", "-C", route->into, NULL };
    const char *path = route->content && !str_ends(route->from, "/.") ? arena_printf(client->arena, "%s/.", route->from) : route->from;
    struct process tar;
    int ends[2];
    if (route->make && mkdir(route->into, 0777) < 0)
        return error_set(err, ERROR_INVALID, errno, "making %s", route->into);
    if (fd_pipe(ends, err) < 0)
        return -1;
    int rc = start_tar(argv, ends[0], true, &tar, err);
    fd_close(ends[0]);
    bool started = rc == 0;
    if (started)
        rc = command_download_to(client, archive_url(client, from, path, route->rename), ends[1], err);
    fd_close(ends[1]);
    return started ? end_tar(&tar, rc, err) : -1;
}

static int upload(const struct client *client, const struct side *to, const char *path, const char *query, int fd, struct error **err)
{
    const struct request request = { .method = "PUT", .path = archive_url(client, to, path, query), .upload = &fd };
    return client_call(client, &request, NULL, err) < 0 ? -1 : 0;
}

static int copy_in(const struct client *client, const struct side *to, const struct route *route, const char *owners, struct error **err)
{
    const char *base = path_base(route->from);
    const char *const content[] = { "tar", "-c", "-f", "-", "-C", route->from, ".", NULL };
    const char *const named[] = { "tar", "-c", "-f", "-", "-C", parent_of(client, route->from), "--", base, NULL };
    struct process tar;
    int ends[2];
    if (fd_pipe(ends, err) < 0)
        return -1;
    int rc = start_tar(route->content ? content : named, ends[1], false, &tar, err);
    fd_close(ends[1]);
    bool started = rc == 0;
    if (started)
        rc = upload(client, to, route->into, arena_printf(client->arena, "%s%s", route->rename, owners), ends[0], err);
    fd_close(ends[0]);
    return started ? end_tar(&tar, rc, err) : -1;
}

/* ---- the command ---- */

static int copy_stream(const struct client *client, const struct side *from, const struct side *to, const char *owners, struct error **err)
{
    if (from->container)
        return command_download(client, archive_url(client, from, from->path, ""), NULL, err);
    struct side target = *to;
    if (look(client, &target, err) < 0)
        return -1;
    if (!target.is_directory)
        return error_set(err, ERROR_INVALID, 0, "%s:%s is no directory: an archive needs one", to->container, to->path);
    return upload(client, to, to->path, owners, STDIN_FILENO, err);
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *owners = "";
    struct route route = { 0 };
    for (int key; (key = command_next(&command_cp, argc, argv, err)) != 0; owners = "&copyUIDGID=false")
        if (key < 0)
            return -1;
    if (optind != argc - 2)
        return command_usage(&command_cp, err);
    struct side from = read_side(client, argv[optind]), to = read_side(client, argv[optind + 1]);
    if (!from.container == !to.container)
        return error_set(err, ERROR_INVALID, 0, "one of \"%s\" and \"%s\" has to be CONTAINER:PATH", argv[optind], argv[optind + 1]);
    if (!strcmp(from.container ? to.path : from.path, "-"))
        return copy_stream(client, &from, &to, owners, err);
    if (look(client, &from, err) < 0 || look(client, &to, err) < 0 || plan(client, &from, &to, &route, err) < 0)
        return -1;
    signal(SIGPIPE, SIG_IGN); /* a tar that ends early says why itself */
    return from.container ? copy_out(client, &from, &route, err) : copy_in(client, &to, &route, owners, err);
}

const struct command command_cp = {
    .name = "cp",
    .arguments = "CONTAINER:PATH PATH|- or PATH|- CONTAINER:PATH",
    .help = "Copy files out of a container or into one",
    .options = option_rows,
    .run = run,
};
