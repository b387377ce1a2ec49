#include "cmd/coracle/run_options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/coracle/command.h"
#include "cmd/coracle/run_health.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"

#define MAX_MEMORY 1e18

/* "8080", "8000-8010"; -1 when it is neither. */
static int parse_range(const char *text, int64_t *ret_first, int64_t *ret_count)
{
    char first[8];
    size_t len = strcspn(text, "-");
    if (!len || len >= sizeof first)
        return -1;
    memcpy(first, text, len);
    first[len] = '\0';
    *ret_first = str_to_int(first);
    int64_t last = text[len] ? str_to_int(text + len + 1) : *ret_first;
    *ret_count = last - *ret_first + 1;
    return *ret_first < 1 || last > 65535 || *ret_count < 1 ? -1 : 0;
}

static bool is_ip(const char *text)
{
    struct in6_addr address;
    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static int refuse_port(const char *text, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0,
                     "-p \"%s\": expected [[IP:][HOST]:]PORT[/PROTOCOL], ranges of the same length", text);
}

/* [[IP:][HOST]:]PORT[/PROTOCOL] */
static int add_port(struct arena *arena, struct libpod_spec *spec, const char *text, struct error **err)
{
    char *copy = arena_strdup(arena, text), *slash = strchr(copy, '/');
    struct libpod_port port = { .protocol = "tcp" };
    if (slash) {
        *slash = '\0';
        port.protocol = slash + 1;
    }
    char *inner = strrchr(copy, ':'), *host = NULL;
    if (inner) {
        *inner++ = '\0';
        host = strrchr(copy, ':');
        if (host) {
            *host++ = '\0';
            size_t len = strlen(copy);
            bool bracketed = len > 1 && copy[0] == '[' && copy[len - 1] == ']';
            port.host_ip = bracketed ? arena_strndup(arena, copy + 1, len - 2) : copy;
            if (!is_ip(port.host_ip))
                return refuse_port(text, err);
        } else {
            host = copy;
        }
    } else {
        inner = copy;
    }
    int64_t count = 1, host_count = 0;
    if (parse_range(inner, &port.container_port, &count) < 0 ||
        (host && *host && parse_range(host, &port.host_port, &host_count) < 0) || (host_count && host_count != count))
        return refuse_port(text, err);
    port.range = count;
    struct libpod_port *grown = arena_array(arena, spec->portmappings.count + 1, sizeof *grown);
    if (spec->portmappings.count)
        memcpy(grown, spec->portmappings.items, spec->portmappings.count * sizeof *grown);
    grown[spec->portmappings.count++] = port;
    spec->portmappings.items = grown;
    return 0;
}

/* SOURCE:TARGET[:OPTIONS], or TARGET alone for an anonymous volume; a source with a slash is a path. */
static int add_volume(struct arena *arena, struct libpod_spec *spec, const char *text, struct error **err)
{
    struct str_list parts = str_split(arena, text, ':');
    if (!parts.count || parts.count > 3 || *parts.items[parts.count > 1 ? 1 : 0] != '/')
        return error_set(err, ERROR_INVALID, 0, "-v \"%s\": expected [SOURCE:]TARGET[:OPTIONS] with an absolute target",
                         text);
    struct str_list options = parts.count == 3 ? str_split(arena, parts.items[2], ',') : (struct str_list){ 0 };
    if (parts.count > 1 && strchr("/.", *parts.items[0])) {
        char *source = realpath(parts.items[0], NULL);
        struct libpod_mount *grown = arena_array(arena, spec->mounts.count + 1, sizeof *grown);
        if (spec->mounts.count)
            memcpy(grown, spec->mounts.items, spec->mounts.count * sizeof *grown);
        grown[spec->mounts.count++] = (struct libpod_mount){
            .type = "bind",
            .source = arena_strdup(arena, source ? source : parts.items[0]), /* the server may see what we do not */
            .destination = parts.items[1],
            .options = options,
        };
        spec->mounts.items = grown;
        free(source);
        return 0;
    }
    struct libpod_named_volume *grown = arena_array(arena, spec->volumes.count + 1, sizeof *grown);
    if (spec->volumes.count)
        memcpy(grown, spec->volumes.items, spec->volumes.count * sizeof *grown);
    grown[spec->volumes.count++] = (struct libpod_named_volume){
        .name = parts.count > 1 ? parts.items[0] : "",
        .dest = parts.items[parts.count > 1 ? 1 : 0],
        .options = options,
    };
    spec->volumes.items = grown;
    return 0;
}

/* NAME=VALUE, or NAME to pass our own value on. */
static void add_env(struct arena *arena, struct libpod_spec *spec, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals)
        str_map_set(arena, &spec->env, arena_strndup(arena, text, (size_t)(equals - text)), equals + 1);
    else if (getenv(text))
        str_map_set(arena, &spec->env, text, getenv(text));
}

/* "512m", "1.5g", plain bytes. */
static int parse_memory(const char *text, int64_t *ret_bytes, struct error **err)
{
    static const char units[] = "bkmgt";
    char *end;
    double value = strtod(text, &end);
    const char *unit = *end ? strchr(units, *end | 0x20) : units;
    bool digits = *text && text + strspn(text, "0123456789.") == end;
    if (!digits || !unit || (*end && end[1] && strcasecmp(end + 1, "b")))
        return error_set(err, ERROR_INVALID, 0, "-m \"%s\": expected a number with b, k, m or g", text);
    for (; unit > units; unit--)
        value *= 1024;
    if (value < 1 || value > MAX_MEMORY)
        return error_set(err, ERROR_INVALID, 0, "-m \"%s\": expected 1 byte to %.0f bytes", text, MAX_MEMORY);
    *ret_bytes = (int64_t)value;
    return 0;
}

static void set_network(struct arena *arena, struct libpod_spec *spec, const char *text)
{
    static const char *const modes[] = { "none", "host", "bridge", "private" };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (!strcmp(text, modes[i])) {
            spec->netns.mode = text;
            return;
        }
    }
    if (str_starts(text, "container:")) {
        spec->netns = (struct libpod_namespace){ "container", text + strlen("container:") };
        return;
    }
    spec->netns.mode = "bridge";
    spec->networks.items = arena_array(arena, 1, sizeof *spec->networks.items);
    spec->networks.items[0].key = text;
    spec->networks.count = 1;
}

static int take_option(struct arena *arena, int key, struct run_options *options, struct error **err)
{
    struct libpod_spec *spec = &options->spec;
    switch (key) {
    case 'd': options->detach = true; return 0;
    case 'i': spec->stdin_open = true; return 0;
    case 't': spec->terminal = true; return 0;
    case 'e': add_env(arena, spec, optarg); return 0;
    case 'm': return parse_memory(optarg, &spec->resources.memory.limit, err);
    case 'p': return add_port(arena, spec, optarg, err);
    case 'u': spec->user = optarg; return 0;
    case 'v': return add_volume(arena, spec, optarg, err);
    case 'w': spec->work_dir = optarg; return 0;
    case OPTION_DETACH_KEYS: options->detach_keys = optarg; return 0;
    case OPTION_ENTRYPOINT: str_list_add(arena, &spec->entrypoint, optarg); return 0;
    case OPTION_NAME: spec->name = optarg; return 0;
    case OPTION_NETWORK: set_network(arena, spec, optarg); return 0;
    case OPTION_RM: spec->remove = true; return 0;
    case OPTION_SECRET: return run_add_secret(arena, spec, optarg, err);
    default: return run_health_take(arena, key, spec, err) > 0 ? 0 : -1;
    }
}

const struct command_option run_option_rows[] = {
    { 'd', "detach", NULL, "print the id and do not stay" },
    { 'i', "interactive", NULL, "pass standard input on" },
    { 't', "tty", NULL, "give it a terminal" },
    { OPTION_RM, "rm", NULL, "remove it when it ends" },
    { OPTION_NAME, "name", "NAME", "its name; without it the engine chooses" },
    { 'e', "env", "NAME[=VALUE]", "a variable; without a value our own is passed on" },
    { 'p', "publish", "[[IP:]HOST:]PORT", "publish a port or a range, with /udp those of UDP" },
    { 'v', "volume", "[SOURCE:]PATH[:OPTIONS]", "mount a path or a named volume" },
    { OPTION_SECRET, "secret", "NAME[,OPTION]...", "a secret as a file or, with type=env, as a variable" },
    { OPTION_NETWORK, "network", "NETWORK", "none, host, bridge, container:NAME or a network's name" },
    { 'm', "memory", "BYTES", "limit its memory; b, k, m and g are understood" },
    { 'u', "user", "USER[:GROUP]", "run as this user" },
    { 'w', "workdir", "DIR", "run in this directory" },
    { OPTION_ENTRYPOINT, "entrypoint", "PROGRAM", "run this instead of the image's entry point" },
    { OPTION_DETACH_KEYS, "detach-keys", "KEYS", "what leaves it alone, ctrl-p,ctrl-q by default" },
    { OPTION_HEALTH_CMD, "health-cmd", "COMMAND", "the health check, for a shell in it; none switches the image's off" },
    { OPTION_HEALTH_INTERVAL, "health-interval", "TIME", "between two checks, 30s by default" },
    { OPTION_HEALTH_TIMEOUT, "health-timeout", "TIME", "that one may take, 30s by default" },
    { OPTION_HEALTH_RETRIES, "health-retries", "COUNT", "failures that make it unhealthy, 3 by default" },
    { OPTION_HEALTH_START_PERIOD, "health-start-period", "TIME", "in which failures do not count" },
    { OPTION_HEALTH_START_INTERVAL, "health-start-interval", "TIME", "between two checks in that time" },
    { OPTION_HEALTH_ON_FAILURE, "health-on-failure", "ACTION", "none, kill, restart or stop when it becomes unhealthy" },
    { 0 },
};

int run_options_parse(const struct client *client, int argc, char **argv, struct run_options *ret_options,
                      struct error **err)
{
    for (int key; (key = command_next(&command_run, argc, argv, err)) != 0;)
        if (key < 0 || take_option(client->arena, key, ret_options, err) < 0)
            return -1;
    if (optind == argc)
        return command_usage(&command_run, err);
    struct libpod_spec *spec = &ret_options->spec;
    if (run_health_finish(spec, err) < 0)
        return -1;
    spec->image = spec->raw_image_name = argv[optind];
    spec->command = (struct str_list){ (const char **)argv + optind + 1, (size_t)(argc - optind - 1) };
    for (int i = 0; i < argc; i++)
        str_list_add(client->arena, &spec->create_command, argv[i]);
    return 0;
}
