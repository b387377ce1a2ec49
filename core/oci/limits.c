/* Resource limits: never above what we may give, since the runtime would refuse the container for it. */
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/oci/build.h"

static const struct limit {
    const char *name, *type;
    int resource;
} limits[] = {
    { "as", "RLIMIT_AS", RLIMIT_AS },
    { "core", "RLIMIT_CORE", RLIMIT_CORE },
    { "cpu", "RLIMIT_CPU", RLIMIT_CPU },
    { "data", "RLIMIT_DATA", RLIMIT_DATA },
    { "fsize", "RLIMIT_FSIZE", RLIMIT_FSIZE },
    { "locks", "RLIMIT_LOCKS", RLIMIT_LOCKS },
    { "memlock", "RLIMIT_MEMLOCK", RLIMIT_MEMLOCK },
    { "msgqueue", "RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE },
    { "nice", "RLIMIT_NICE", RLIMIT_NICE },
    { "nofile", "RLIMIT_NOFILE", RLIMIT_NOFILE },
    { "nproc", "RLIMIT_NPROC", RLIMIT_NPROC },
    { "rss", "RLIMIT_RSS", RLIMIT_RSS },
    { "rtprio", "RLIMIT_RTPRIO", RLIMIT_RTPRIO },
    { "rttime", "RLIMIT_RTTIME", RLIMIT_RTTIME },
    { "sigpending", "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING },
    { "stack", "RLIMIT_STACK", RLIMIT_STACK },
};

static const struct limit *find_limit(const char *name)
{
    if (!strncasecmp(name, "RLIMIT_", 7))
        name += 7;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (!strcasecmp(limits[i].name, name))
            return &limits[i];
    return NULL;
}

static bool has_limit(const struct oci_process *process, const struct limit *limit)
{
    for (size_t i = 0; i < process->rlimits.count; i++)
        if (!strcmp(process->rlimits.items[i].type, limit->type))
            return true;
    return false;
}

/* Kernel and JSON agree on 2^64-1 for "unlimited". @asked: the user should hear of it when it gets less. */
static void add_limit(const struct build *build, struct oci_process *process, const struct limit *limit, uint64_t soft,
                      uint64_t hard, bool asked)
{
    struct rlimit now;
    bool can_raise = build->machine.can_raise_limits && !build->ctr->spec->uid_maps.count;
    if (!can_raise && !getrlimit(limit->resource, &now) && hard > now.rlim_max) {
        if (asked)
            build_warn(build, "ulimits: %s %llu is above the hard limit %llu of this engine: lowered to it",
                       limit->name, (unsigned long long)hard, (unsigned long long)now.rlim_max);
        hard = now.rlim_max;
    }
    *LIST_ADD(build->arena, &process->rlimits) =
        (struct oci_rlimit){ .type = limit->type, .hard = hard, .soft = soft < hard ? soft : hard };
}

static int add_asked(const struct build *build, struct oci_process *process, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    for (size_t i = 0; i < spec->ulimits.count; i++) {
        const struct container_ulimit *asked = &spec->ulimits.items[i];
        const struct limit *limit = find_limit(asked->name);
        if (!limit)
            return error_set(err, ERROR_INVALID, 0,
                             "ulimits: unknown limit \"%s\": expected a name such as nofile or nproc", asked->name);
        if (asked->soft > asked->hard)
            return error_set(err, ERROR_INVALID, 0, "ulimits: %s: soft limit %lld is above hard limit %lld",
                             asked->name, (long long)asked->soft, (long long)asked->hard);
        add_limit(build, process, limit, asked->soft, asked->hard, true);
    }
    return 0;
}

/* "nofile=1024:2048", "nproc=unlimited", "host" */
static int add_configured(const struct build *build, struct oci_process *process, const char *text, struct error **err)
{
    const char *equals = strchrnul(text, '=');
    const struct limit *limit = find_limit(arena_strndup(build->arena, text, (size_t)(equals - text)));
    if (!strcmp(text, "host"))
        return 0;
    if (!limit || !*equals)
        goto wrong;
    uint64_t values[2];
    const char *at = equals + 1;
    for (int i = 0; i < 2; i++) {
        const char *end = strchrnul(at, ':');
        const char *word = arena_strndup(build->arena, at, (size_t)(end - at));
        int64_t value = str_to_int(word);
        if (value < 0 && strcmp(word, "-1") && strcasecmp(word, "unlimited"))
            goto wrong;
        values[i] = value < 0 ? UINT64_MAX : (uint64_t)value;
        if (*end)
            at = end + 1;
    }
    if (!has_limit(process, limit))
        add_limit(build, process, limit, values[0], values[1], false);
    return 0;
wrong:
    return error_set(err, ERROR_INVALID, 0,
                     "default_ulimits of containers.conf: \"%s\" is not a limit: expected name=soft:hard", text);
}

int build_rlimits(const struct build *build, struct oci_process *process, struct error **err)
{
    if (add_asked(build, process, err) < 0)
        return -1;
    const struct str_list *configured = &build->engine->config->default_ulimits;
    for (size_t i = 0; i < configured->count; i++)
        if (add_configured(build, process, configured->items[i], err) < 0)
            return -1;
    const struct limit *files = find_limit("nofile"), *processes = find_limit("nproc");
    if (!has_limit(process, files))
        add_limit(build, process, files, 1048576, 1048576, false);
    if (!has_limit(process, processes))
        add_limit(build, process, processes, 4194304, 4194304, false);
    return 0;
}
