/* Kernel parameters: only those that belong to a namespace of the container's own; the rest would change the host. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/oci/build.h"

static bool own_network(const struct container_spec *spec)
{
    return !mode_is(spec->network_mode, "host");
}

static bool own_ipc(const struct container_spec *spec)
{
    return !mode_is(spec->ipc_mode, "host");
}

static bool own_uts(const struct container_spec *spec)
{
    return !mode_is(spec->uts_mode, "host");
}

static bool is_ipc_name(const char *name)
{
    static const char *const names[] = { "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
                                         "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return str_starts(name, "fs.mqueue.");
}

static int check_sysctl(const struct build *build, const char *name, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    bool sane = !strstr(name, "..") && !(*name == '/') && !strpbrk(name, " \t\n");
    if (sane && str_starts(name, "net.")) {
        if (own_network(spec))
            return 0;
        return error_set(err, ERROR_INVALID, 0, "sysctl '%s' not allowed in host network namespace", name);
    }
    if (sane && is_ipc_name(name)) {
        if (own_ipc(spec))
            return 0;
        return error_set(err, ERROR_INVALID, 0, "sysctl '%s' not allowed in host ipc namespace", name);
    }
    if (!strcmp(name, "kernel.domainname") && own_uts(spec))
        return 0;
    return error_set(err, ERROR_INVALID, 0,
                     "sysctl '%s' is not allowed: expected one of a namespace of the container's (net.*, kernel.shm*, "
                     "fs.mqueue.* …)",
                     name);
}

/* The runtime fails on a name this kernel lacks, which a default must not cause. */
static bool kernel_has(struct arena *arena, const char *name)
{
    char *path = arena_printf(arena, "/proc/sys/%s", name);
    for (char *at = path + strlen("/proc/sys/"); *at; at++)
        if (*at == '.')
            *at = '/';
    return path_exists(path);
}

static void add_default(struct build *build, const char *name, const char *value)
{
    struct str_map *map = &build->spec.platform.sysctl;
    bool mine = is_ipc_name(name) ? own_ipc(build->ctr->spec) : own_network(build->ctr->spec);
    if (mine && !str_map_get(map, name) && kernel_has(build->arena, name))
        str_map_set(build->arena, map, name, value);
}

static void add_configured(struct build *build)
{
    const struct str_list *list = &build->engine->config->default_sysctls;
    for (size_t i = 0; i < list->count; i++) {
        const char *equals = strchr(list->items[i], '=');
        if (equals)
            add_default(build, arena_strndup(build->arena, list->items[i], (size_t)(equals - list->items[i])),
                        equals + 1);
    }
}

int build_sysctls(struct build *build, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    for (size_t i = 0; i < spec->sysctls.count; i++) {
        if (check_sysctl(build, spec->sysctls.items[i].key, err) < 0)
            return -1;
        str_map_set(build->arena, &build->spec.platform.sysctl, spec->sysctls.items[i].key,
                    spec->sysctls.items[i].value);
    }
    if (!str_empty(spec->domainname) && own_uts(spec))
        str_map_set(build->arena, &build->spec.platform.sysctl, "kernel.domainname", spec->domainname);
    bool joined = mode_is(spec->network_mode, "host") || str_starts(str_or(spec->network_mode, ""), "container:");
    if (joined) /* somebody else's namespace keeps its own values */
        return 0;
    add_configured(build);
    if (!is_podman(build)) {
        add_default(build, "net.ipv4.ip_unprivileged_port_start", "0");
        add_default(build, "net.ipv4.ping_group_range", "0 2147483647");
    }
    return 0;
}
