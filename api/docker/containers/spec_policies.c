#include "api/docker/containers/spec_parts.h"

#include <stdlib.h>
#include <string.h>

#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

static bool is_size(const char *text)
{
    char *end;
    strtod(text, &end);
    return end != text && (!*end || (strchr("bkmgBKMG", *end) && !end[1]));
}

static int translate_log(struct arena *arena, const struct docker_log_config *log, struct container_spec *spec,
                         struct str_list *warnings, struct error **err)
{
    static const char *const without_effect[] = { "max-file", "compress", "mode", "max-buffer-size" };
    const char *driver = str_or(log->type, "json-file");
    if (strcmp(driver, "json-file") && strcmp(driver, "local") && strcmp(driver, "none"))
        return error_set(err, ERROR_INVALID, 0, "logger: no log driver named '%s' is registered", driver);
    for (size_t i = 0; i < log->config.count; i++) {
        const char *key = log->config.items[i].key, *value = str_or(log->config.items[i].value, "");
        bool heard = false;
        for (size_t j = 0; j < sizeof without_effect / sizeof *without_effect; j++)
            heard |= !strcmp(key, without_effect[j]);
        if (!heard && strcmp(key, "max-size"))
            return error_set(err, ERROR_INVALID, 0, "unknown log opt '%s' for %s log driver", key, driver);
        if (!heard && !is_size(value))
            return error_set(err, ERROR_INVALID, 0, "invalid value for \"max-size\": invalid size: '%s'", value);
        if (heard)
            str_list_add(arena, warnings,
                         arena_printf(arena, "log opt '%s' makes no difference: one plain log file is kept", key));
    }
    spec->log_driver = driver;
    spec->log_options = log->config;
    return 0;
}

static int translate_restart(const struct docker_restart_policy *policy, struct container_spec *spec,
                             struct error **err)
{
    const char *name = str_or(policy->name, "no");
    if (strcmp(name, "no") && strcmp(name, "always") && strcmp(name, "unless-stopped") && strcmp(name, "on-failure"))
        return error_set(err, ERROR_INVALID, 0,
                         "invalid restart policy: unknown policy '%s'; use one of 'no', 'always', 'on-failure', or "
                         "'unless-stopped'", name);
    if (policy->maximum_retry_count && strcmp(name, "on-failure"))
        return error_set(err, ERROR_INVALID, 0,
                         "invalid restart policy: maximum retry count can only be used with 'on-failure'");
    if (policy->maximum_retry_count < 0)
        return error_set(err, ERROR_INVALID, 0, "invalid restart policy: maximum retry count cannot be negative");
    spec->restart_policy = name;
    spec->restart_max = policy->maximum_retry_count;
    return 0;
}

int spec_policies(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec,
                  struct str_list *warnings, struct error **err)
{
    spec->auto_remove = host->auto_remove;
    if (translate_restart(&host->restart_policy, spec, err) < 0)
        return -1;
    return translate_log(arena, &host->log, spec, warnings, err);
}
