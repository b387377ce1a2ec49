/* coracle secret create */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/schema/json.h"

#define VALUE_MAX 512000 /* the server says what is too much; this is what we read to hear it */

static const struct command_option option_rows[] = {
    { 'd', "driver", "DRIVER", "where the value is kept: file, shell or pass" },
    { OPTION_DRIVER_OPTS, "driver-opts", "NAME=VALUE,...", "options of the driver" },
    { 'l', "label", "NAME=VALUE", "a label; may come several times" },
    { OPTION_REPLACE, "replace", NULL, "take the place of one of that name" },
    { 0 },
};

/* "a=b" to a member; without "=" the value is empty. */
static void add_word(const struct client *client, struct str_map *words, const char *text)
{
    size_t len = strcspn(text, "=");
    str_map_set(client->arena, words, arena_strndup(client->arena, text, len), text[len] ? text + len + 1 : "");
}

static const char *as_query(const struct client *client, const char *name, const struct str_map *words)
{
    autobuf text = BUF(1u << 20);
    if (!words->count)
        return "";
    buf_putc(&text, '{');
    for (size_t i = 0; i < words->count; i++) {
        buf_puts(&text, i ? "," : "");
        schema_encode_text(&text, words->items[i].key);
        buf_putc(&text, ':');
        schema_encode_text(&text, words->items[i].value);
    }
    buf_putc(&text, '}');
    return arena_printf(client->arena, "&%s=%s", name, client_escape(client, buf_text(&text)));
}

static int read_value(const char *path, struct buf *value, struct error **err)
{
    bool from_input = !strcmp(path, "-");
    autofd file = from_input ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (!from_input && file < 0)
        return error_set(err, ERROR_NOT_FOUND, errno, "opening %s", path);
    return fd_read_all(from_input ? STDIN_FILENO : file, value, from_input ? "standard input" : path, err);
}

static int send_value(const struct client *client, const char *path, const struct buf *value, struct error **err)
{
    autobuf answer = BUF(1u << 16);
    const struct request request = {
        .method = "POST", .path = path, .body = buf_text(value), .body_len = value->len, .body_type = "application/octet-stream",
    };
    if (client_call(client, &request, &answer, err) < 0)
        return -1;
    const struct json *created = json_parse(client->arena, buf_text(&answer), answer.len, SCHEMA_LIMITS, err);
    if (!created)
        return error_wrap(err, "%s answered what is no JSON", client->url);
    puts(json_get_text(created, "ID") ? json_get_text(created, "ID") : "");
    return 0;
}

static int run(const struct client *client, int argc, char **argv, struct error **err)
{
    const char *driver = "", *replace = "";
    struct str_map options = { 0 }, labels = { 0 };
    for (int key; (key = command_next(&command_secret_create, argc, argv, err)) != 0;) {
        struct str_list words;
        switch (key) {
        case 'd': driver = arena_printf(client->arena, "&driver=%s", client_escape(client, optarg)); break;
        case 'l': add_word(client, &labels, optarg); break;
        case OPTION_REPLACE: replace = "&replace=true"; break;
        case OPTION_DRIVER_OPTS:
            words = str_split(client->arena, optarg, ',');
            for (size_t i = 0; i < words.count; i++)
                add_word(client, &options, words.items[i]);
            break;
        default: return -1;
        }
    }
    if (optind + 2 != argc)
        return command_usage(&command_secret_create, err);
    autobuf value = BUF(VALUE_MAX);
    const char *path = arena_printf(client->arena, LIBPOD "/secrets/create?name=%s%s%s%s%s", client_escape(client, argv[optind]), driver,
                                    replace, as_query(client, "driveropts", &options), as_query(client, "labels", &labels));
    int rc = read_value(argv[optind + 1], &value, err);
    if (rc == 0)
        rc = send_value(client, path, &value, err);
    if (value.data)
        explicit_bzero(value.data, value.cap);
    return rc;
}

const struct command command_secret_create = {
    .name = "secret create",
    .arguments = "NAME FILE|-",
    .help = "Make a secret of a file or of standard input",
    .options = option_rows,
    .run = run,
};
