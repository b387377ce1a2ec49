#include "core/container/rules/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/rules/parts.h"
#include "core/network/network.h"

#define MAX_JOINS 8 /* containers one behind the other that share namespaces */

int rules_refuse(const struct container_rules *rules, const char *key, struct error **err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char text[512];
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(err, ERROR_FORBIDDEN, 0, "%s: rules.%s: %s", rules->whose, key, text);
}

bool container_rules_cover(const struct container_rules *rules, const struct str_map *labels)
{
    for (size_t i = 0; i < rules->labels.count; i++) {
        const char *value = str_map_get(labels, rules->labels.items[i].key);
        if (!value || (rules->labels.items[i].value && strcmp(value, rules->labels.items[i].value)))
            return false;
    }
    return true;
}

/* ---- what stands in the specification alone ---- */

static int check_confinement(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    if (spec->privileged && !rules->privileged)
        return rules_refuse(rules, "privileged", err, "a privileged container is not allowed");
    if (!str_empty(spec->cgroup_parent) && !rules->cgroup_parent)
        return rules_refuse(rules, "cgroup-parent", err, "\"%s\": a cgroup of one's choice is not allowed", spec->cgroup_parent);
    if (spec->env_host && !rules->privileged)
        return rules_refuse(rules, "privileged", err, "the server's environment is not allowed");
    if (rules->security_options)
        return 0;
    if (!str_empty(spec->seccomp) || !str_empty(spec->apparmor))
        return rules_refuse(rules, "security-options", err, "profiles of seccomp or apparmor of one's own are not allowed");
    if (spec->masked_paths_set || spec->readonly_paths_set || spec->unmask.count)
        return rules_refuse(rules, "security-options", err, "other masked or read-only paths are not allowed");
    for (size_t i = 0; i < spec->security_options.count; i++)
        if (!str_starts(spec->security_options.items[i], "no-new-privileges"))
            return rules_refuse(rules, "security-options", err, "\"%s\" is not allowed", spec->security_options.items[i]);
    return 0;
}

static int check_capabilities(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < spec->cap_add.count; i++) {
        const char *name = spec->cap_add.items[i];
        bool given = false;
        for (size_t j = 0; j < rules->capabilities.count; j++)
            given |= !strcasecmp(rules->capabilities.items[j], strncasecmp(name, "CAP_", 4) ? name : name + 4);
        if (!given)
            return rules_refuse(rules, "capabilities", err, "\"%s\" is not among them", name);
    }
    return 0;
}

static int check_devices(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    autoarena *arena = arena_new();
    for (size_t i = 0; i < spec->devices.count; i++)
        if (!str_list_has(&rules->devices, path_clean(arena, spec->devices.items[i].host_path)))
            return rules_refuse(rules, "devices", err, "\"%s\" is not among them", spec->devices.items[i].host_path);
    if (spec->device_cgroup_rules.count && !rules->privileged)
        return rules_refuse(rules, "devices", err, "cgroup rules (\"%s\") are not allowed", spec->device_cgroup_rules.items[0]);
    return 0;
}

/* A container that has a secret can show it. */
static int check_secrets(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < spec->secrets.count; i++)
        if (!str_list_has(&rules->secrets, spec->secrets.items[i].name))
            return rules_refuse(rules, "secrets", err, "\"%s\" is not among them", spec->secrets.items[i].name);
    for (size_t i = 0; i < spec->secret_env.count; i++)
        if (!str_list_has(&rules->secrets, spec->secret_env.items[i].value))
            return rules_refuse(rules, "secrets", err, "\"%s\" is not among them", spec->secret_env.items[i].value);
    return 0;
}

static bool is_harmless_annotation(const char *key)
{
    return str_starts(key, "io.podman.annotations.") || str_starts(key, "org.opencontainers.image.") ||
           !strcmp(key, "io.container.manager");
}

/* Runtimes act on annotations: they make hooks, handlers and properties of systemd units. */
static int check_keys(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    static const char *const log_keys[] = { "max-size", "max-file", "max-buffer-size", "mode", "compress", "tag",
                                            "labels",   "labels-regex", "env", "env-regex", NULL };
    for (size_t i = 0; i < spec->annotations.count && !rules->annotations; i++)
        if (!is_harmless_annotation(spec->annotations.items[i].key))
            return rules_refuse(rules, "annotations", err, "\"%s\" is not allowed", spec->annotations.items[i].key);
    for (size_t i = 0; i < spec->sysctls.count; i++)
        if (!str_list_has(&rules->sysctls, spec->sysctls.items[i].key))
            return rules_refuse(rules, "sysctls", err, "\"%s\" is not among them", spec->sysctls.items[i].key);
    for (size_t i = 0; i < spec->log_options.count; i++) {
        const char *const *key = log_keys;
        while (*key && strcmp(*key, spec->log_options.items[i].key))
            key++;
        if (!*key)
            return rules_refuse(rules, "log-options", err, "\"%s\" is not allowed", spec->log_options.items[i].key);
    }
    return 0;
}

/* Files of the host by other names than a bind's. */
static int check_files(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    const struct {
        const char *what, *path;
    } files[] = { { "root", spec->rootfs }, { "init", spec->init_path }, { "/etc/hosts", str_eq(spec->base_hosts, "none") ? "" : spec->base_hosts } };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!str_empty(files[i].path))
            return rules_refuse(rules, "binds", err, "\"%s\" of the host as %s is not allowed", files[i].path, files[i].what);
    if (!str_empty(spec->root_propagation) && !strstr(spec->root_propagation, "private") && !strstr(spec->root_propagation, "slave"))
        return rules_refuse(rules, "binds", err, "propagation \"%s\" of the root is not allowed", spec->root_propagation);
    return 0;
}

static int check_alone(const struct container_rules *rules, const struct container_spec *spec, struct error **err)
{
    if (check_files(rules, spec, err) < 0 || check_confinement(rules, spec, err) < 0 || check_capabilities(rules, spec, err) < 0)
        return -1;
    if (check_devices(rules, spec, err) < 0 || check_secrets(rules, spec, err) < 0)
        return -1;
    return check_keys(rules, spec, err);
}

/* ---- namespaces ---- */

struct joined {
    const char *kind, **mode;
};

static bool is_own(const char *mode)
{
    static const char *const own[] = { "bridge", "none", "private", "shareable", "default", NULL };
    const char *const *word = own;
    while (*word && strcmp(*word, mode))
        word++;
    return *word != NULL;
}

/* @ret_other: the container it names, or NULL */
static int check_mode(const struct container_rules *rules, const char *kind, const char *mode, const char **ret_other, struct error **err)
{
    *ret_other = NULL;
    if (str_empty(mode) || is_own(mode))
        return 0;
    if (str_starts(mode, "container:")) {
        *ret_other = mode + strlen("container:");
        return 0;
    }
    if (strcmp(mode, "host"))
        return rules_refuse(rules, "host-namespaces", err, "the %s namespace \"%s\" is not allowed", kind, mode);
    if (!str_list_has(&rules->host_namespaces, kind))
        return rules_refuse(rules, "host-namespaces", err, "the host's %s namespace is not allowed", kind);
    return 0;
}

static void list_modes(struct container_spec *spec, struct joined ret_modes[5])
{
    const struct joined modes[] = {
        { "network", &spec->network_mode }, { "pid", &spec->pid_mode },           { "ipc", &spec->ipc_mode },
        { "uts", &spec->uts_mode },         { "cgroup", &spec->cgroupns_mode },
    };
    memcpy(ret_modes, modes, sizeof modes);
}

static int check_existing(struct engine *engine, struct arena *arena, const struct container_rules *rules, const struct container *ctr,
                          unsigned depth, struct error **err);

/* One that is gone is nothing to join: its start will fail. */
static int check_joined(struct engine *engine, struct arena *arena, const struct container_rules *rules, const char *name, unsigned depth,
                        struct error **err)
{
    autocontainer *other = container_find(engine, name, err);
    if (other)
        return check_existing(engine, arena, rules, other, depth + 1, err);
    if ((*err)->kind != ERROR_NOT_FOUND)
        return -1;
    error_clear(err);
    return 0;
}

static int check_existing(struct engine *engine, struct arena *arena, const struct container_rules *rules, const struct container *ctr,
                          unsigned depth, struct error **err)
{
    struct container_spec spec = *ctr->spec;
    struct joined modes[5];
    if (depth > MAX_JOINS)
        return rules_refuse(rules, "host-namespaces", err, "too many containers share namespaces one behind the other");
    if (check_alone(rules, &spec, err) < 0 || rules_check_mounts(engine, arena, rules, ctr, err) < 0)
        return -1;
    list_modes(&spec, modes);
    for (size_t i = 0; i < 5; i++) {
        const char *other;
        if (check_mode(rules, modes[i].kind, *modes[i].mode, &other, err) < 0 ||
            (other && check_joined(engine, arena, rules, other, depth, err) < 0))
            return -1;
    }
    for (size_t i = 0; i < spec.required.count; i++) /* they are started with it */
        if (check_joined(engine, arena, rules, spec.required.items[i], depth, err) < 0)
            return -1;
    return 0;
}

int container_rules_check(struct engine *engine, const struct container_rules *rules, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    if (check_existing(engine, arena, rules, ctr, 0, err) == 0)
        return 0;
    return (*err)->kind == ERROR_FORBIDDEN ? error_wrap(err, "container %s", ctr->name) : -1;
}

int rules_join(struct engine *engine, struct arena *arena, const struct container_rules *rules, const char *name, const char **ret_id,
               struct error **err)
{
    autocontainer *other = container_find(engine, name, err);
    if (!other)
        return -1;
    if (!container_rules_cover(rules, &other->labels))
        return error_set_about(err, ERROR_NOT_FOUND, "container", name, "No such container: %s", name);
    *ret_id = arena_strdup(arena, other->id);
    return check_existing(engine, arena, rules, other, 0, err);
}

static int admit_modes(struct engine *engine, struct arena *arena, const struct container_rules *rules, struct container_spec *spec,
                       struct error **err)
{
    struct joined modes[5];
    list_modes(spec, modes);
    for (size_t i = 0; i < 5; i++) {
        const char *other, *id;
        if (check_mode(rules, modes[i].kind, *modes[i].mode, &other, err) < 0)
            return -1;
        if (!other)
            continue;
        if (rules_join(engine, arena, rules, other, &id, err) < 0)
            return -1;
        *modes[i].mode = arena_printf(arena, "container:%s", id);
    }
    return 0;
}

/* ---- networks ---- */

static bool is_default_network(const char *name)
{
    return !strcmp(name, "bridge") || !strcmp(name, "default") || !strcmp(name, "podman");
}

/* Of the default network: who is linked to is told its address and names. */
static int admit_links(struct engine *engine, struct arena *arena, const struct container_rules *rules, const struct container_network *asked,
                       struct error **err)
{
    for (size_t i = 0; i < asked->links.count; i++) {
        const char *link = asked->links.items[i], *name = arena_strndup(arena, link, strcspn(link, ":"));
        autocontainer *target = container_find(engine, name, err);
        if (!target && (*err)->kind != ERROR_NOT_FOUND)
            return -1;
        if (!target || !container_rules_cover(rules, &target->labels)) {
            error_clear(err);
            return error_set(err, ERROR_INVALID, 0, "links: could not get container for %s: No such container: %s", name, name);
        }
    }
    return 0;
}

static int admit_networks(struct engine *engine, struct arena *arena, const struct container_rules *rules, const struct container_spec *spec,
                          struct error **err)
{
    for (size_t i = 0; rules->labels.count && i < spec->networks.count; i++) {
        const char *name = spec->networks.items[i].name;
        const struct network *network = is_default_network(name) ? NULL : network_find(engine, arena, name, err);
        if (*err || (!network && admit_links(engine, arena, rules, &spec->networks.items[i], err) < 0))
            return -1;
        if (network && !container_rules_cover(rules, &network->labels))
            return error_set_about(err, ERROR_NOT_FOUND, "network", name, "network %s not found", name);
    }
    return 0;
}

int container_rules_admit(struct engine *engine, struct arena *arena, const struct container_rules *rules, struct container_spec *spec,
                          struct error **err)
{
    if (check_alone(rules, spec, err) < 0 || admit_modes(engine, arena, rules, spec, err) < 0)
        return -1;
    spec->env_proxies &= rules->privileged; /* clients of podman always ask; an address may hold a password */
    spec->required = str_list_copy(arena, &spec->required);
    for (size_t i = 0; i < spec->required.count; i++)
        if (rules_join(engine, arena, rules, spec->required.items[i], &spec->required.items[i], err) < 0)
            return -1;
    return admit_networks(engine, arena, rules, spec, err) < 0 ? -1 : rules_admit_mounts(engine, arena, rules, spec, err);
}

int container_rules_check_exec(const struct container_rules *rules, const struct exec_spec *spec, struct error **err)
{
    if (!spec->privileged || rules->privileged)
        return 0;
    return rules_refuse(rules, "privileged", err, "a privileged exec is not allowed");
}
