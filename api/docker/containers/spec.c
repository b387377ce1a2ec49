#include "api/docker/containers/spec.h"

#include <string.h>

#include "api/docker/containers/spec_parts.h"
#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

/* Docker's names of what we call runc, and "whatever you have". */
static const char *runtime_of(const char *asked)
{
    return str_eq(asked, "io.containerd.runc.v2") || str_eq(asked, "io.containerd.runtime.v1.linux") ? "" : asked;
}

static int check_words(const struct docker_create *body, struct error **err)
{
    const struct docker_host_config *host = &body->host;
    if (unhonoured_refuse(docker_host_config_schema(), host, "HostConfig.", NULL, err) < 0 ||
        unhonoured_word("HostConfig.Isolation", host->isolation, "default", err) < 0)
        return -1;
    const char *runtime = runtime_of(host->runtime);
    if (!str_empty(runtime) && strcmp(runtime, "runc") && strcmp(runtime, "crun"))
        return error_set(err, ERROR_INVALID, 0, "unknown or invalid runtime name: %.80s", runtime);
    for (size_t i = 0; i < body->config.env.count; i++)
        if (!*body->config.env.items[i] || *body->config.env.items[i] == '=')
            return error_set(err, ERROR_INVALID, 0, "invalid environment variable: %.80s", body->config.env.items[i]);
    if (str_empty(body->config.image))
        return error_set(err, ERROR_INVALID, 0, "Image: missing, expected a name or id");
    return 0;
}

static void translate_process(const struct docker_create *body, struct container_spec *spec)
{
    const struct docker_container_config *config = &body->config;
    spec->command = config->cmd;
    spec->entrypoint = config->entrypoint;
    spec->entrypoint_set = config->entrypoint.count > 0;
    spec->env = config->env;
    spec->workdir = config->workdir;
    spec->user = config->user;
    spec->tty = config->tty;
    spec->open_stdin = config->open_stdin;
    spec->stdin_once = config->stdin_once;
    spec->attach_stdin = config->attach_stdin;
    spec->attach_stdout = config->attach_stdout;
    spec->attach_stderr = config->attach_stderr;
    spec->stop_signal = config->stop_signal;
    spec->stop_timeout = config->stop_timeout;
    spec->groups = body->host.group_add;
}

static int translate_console(const struct docker_host_config *host, struct container_spec *spec, struct error **err)
{
    const int64_t *size = host->console_size.items;
    if (!host->console_size.count)
        return 0;
    if (host->console_size.count != 2 || size[0] < 0 || size[0] > 65535 || size[1] < 0 || size[1] > 65535)
        return error_set(err, ERROR_INVALID, 0, "ConsoleSize: expected height and width, both 0 to 65535");
    spec->console_size.items = host->console_size.items;
    spec->console_size.count = 2;
    return 0;
}

struct container_health *spec_health(struct arena *arena, const struct docker_health_config *from)
{
    if (!from)
        return NULL;
    struct container_health *health = arena_zalloc(arena, sizeof *health);
    *health = (struct container_health){
        .test = from->test,
        .interval = from->interval,
        .timeout = from->timeout,
        .start_period = from->start_period,
        .start_interval = from->start_interval,
        .retries = from->retries,
    };
    return health;
}

int docker_translate_spec(struct arena *arena, const struct docker_create *body, const char *name,
                          struct container_spec *ret_spec, struct str_list *ret_warnings, struct error **err)
{
    const struct docker_host_config *host = &body->host;
    struct container_spec spec = {
        .name = name,
        .image = body->config.image,
        .hostname = body->config.hostname,
        .domainname = body->config.domainname,
        .labels = body->config.labels,
        .annotations = host->annotations,
        .runtime = runtime_of(host->runtime),
    };
    if (check_words(body, err) < 0 || translate_console(host, &spec, err) < 0 ||
        spec_mounts(arena, body, &spec, err) < 0 || spec_networks(arena, body, &spec, err) < 0 ||
        spec_limits(arena, host, &spec, ret_warnings, err) < 0 || spec_security(arena, host, &spec, err) < 0 ||
        spec_policies(arena, host, &spec, ret_warnings, err) < 0)
        return -1;
    translate_process(body, &spec);
    spec.health = spec_health(arena, body->config.health);
    *ret_spec = spec;
    return 0;
}
