#include "cmd/coracle/address.h"

#include <string.h>
#include <sys/un.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#define MAX_PORT 65535

static int refuse(const char *url, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "\"%s\" is not an address: expected %s", url, expected);
}

static bool is_port(const char *text)
{
    int64_t port = str_to_int(text);
    return port > 0 && port <= MAX_PORT;
}

/* "host", "host:port", "[::1]:port" taken apart; false when it is none of these. */
static bool split_host(char *text, char **ret_host, char **ret_port)
{
    char *end = text + strcspn(text, ":");
    if (*text == '[') {
        end = strchr(text++, ']');
        if (!end || (end[1] && end[1] != ':'))
            return false;
        *end++ = '\0';
    }
    *ret_port = *end == ':' ? end + 1 : NULL;
    *end = '\0';
    *ret_host = text;
    return *text && (!*ret_port || is_port(*ret_port));
}

static int parse_unix(const char *url, const char *rest, struct address *address, struct error **err)
{
    struct sockaddr_un room;
    if (*rest != '/')
        return refuse(url, "unix:///PATH", err);
    if (strlen(rest) >= sizeof room.sun_path)
        return error_set(err, ERROR_INVALID, 0, "\"%s\": a socket's path has at most %zu bytes", url,
                         sizeof room.sun_path - 1);
    address->path = rest;
    return 0;
}

static int parse_tcp(const char *url, char *rest, struct address *address, struct error **err)
{
    char *slash = strchr(rest, '/'), *host, *port;
    if (slash && slash[1])
        return refuse(url, "tcp://HOST:PORT", err);
    if (slash)
        *slash = '\0';
    if (!split_host(rest, &host, &port) || !port)
        return refuse(url, "tcp://HOST:PORT", err);
    address->host = host;
    address->port = port;
    return 0;
}

static int parse_ssh(struct arena *arena, const char *url, char *rest, struct address *address, struct error **err)
{
    char *slash = strchr(rest, '/'), *host, *port;
    address->path = slash && slash[1] ? arena_strdup(arena, slash) : ADDRESS_DEFAULT_PATH;
    if (slash)
        *slash = '\0';
    char *at = strrchr(rest, '@');
    if (at)
        *at = '\0';
    /* ssh must not take a name for an option */
    if ((at && (!*rest || *rest == '-')) || !split_host(at ? at + 1 : rest, &host, &port) || *host == '-')
        return refuse(url, "ssh://[USER@]HOST[:PORT][/PATH]", err);
    address->host = at ? arena_printf(arena, "%s@%s", rest, host) : host;
    address->port = port;
    return 0;
}

int address_parse(struct arena *arena, const char *url, struct address *ret_address, struct error **err)
{
    char *copy = arena_strdup(arena, url);
    *ret_address = (struct address){ .kind = ADDRESS_UNIX };
    if (str_starts(url, "unix://"))
        return parse_unix(url, copy + strlen("unix://"), ret_address, err);
    ret_address->kind = ADDRESS_TCP;
    if (str_starts(url, "tcp://"))
        return parse_tcp(url, copy + strlen("tcp://"), ret_address, err);
    ret_address->kind = ADDRESS_SSH;
    if (str_starts(url, "ssh://"))
        return parse_ssh(arena, url, copy + strlen("ssh://"), ret_address, err);
    return refuse(url, "unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT][/PATH]", err);
}

const char *address_authority(struct arena *arena, const struct address *address)
{
    bool v6 = strchr(address->host, ':');
    return arena_printf(arena, "%s%s%s:%s", v6 ? "[" : "", address->host, v6 ? "]" : "", address->port);
}

/* The far side's shell reads the command line: in quotes it takes nothing for its own. */
static const char *quoted(struct arena *arena, const char *text)
{
    autobuf out = BUF(65536);
    buf_putc(&out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_puts(&out, "'\\''");
        else
            buf_putc(&out, *text);
    }
    buf_putc(&out, '\'');
    return arena_strdup(arena, buf_text(&out));
}

struct str_list address_ssh_command(struct arena *arena, const struct address *address)
{
    struct str_list words = { 0 };
    str_list_add(arena, &words, "ssh");
    str_list_add(arena, &words, "-T");
    if (address->port) {
        str_list_add(arena, &words, "-p");
        str_list_add(arena, &words, address->port);
    }
    str_list_add(arena, &words, "--");
    str_list_add(arena, &words, address->host);
    str_list_add(arena, &words, "coracled");
    str_list_add(arena, &words, "dial-stdio");
    str_list_add(arena, &words, "--url");
    str_list_add(arena, &words, quoted(arena, arena_printf(arena, "unix://%s", address->path)));
    str_list_add(arena, &words, NULL);
    return words;
}
