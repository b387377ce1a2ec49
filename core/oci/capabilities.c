#include "core/oci/capabilities.h"

#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/oci/build.h"
#include "core/oci/types.h"

static const char *const names[CAPABILITY_COUNT] = {
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
    "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
};

static const char *const docker_defaults[] = {
    "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
    "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
};

const char *capability_name(int number)
{
    return names[number];
}

int capability_number(const char *text)
{
    if (!strncasecmp(text, "CAP_", 4))
        text += 4;
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        if (!strcasecmp(names[i] + 4, text))
            return i;
    return -1;
}

static bool is_all(const char *text)
{
    return !strcasecmp(text, "ALL") || !strcasecmp(text, "CAP_ALL");
}

/* Bits of a list; "ALL" is kept apart, since it means something else in each place. */
static int parse_list(const struct str_list *list, const char *field, uint64_t *ret_set, bool *ret_all,
                      struct error **err)
{
    *ret_set = 0;
    *ret_all = false;
    for (size_t i = 0; i < list->count; i++) {
        if (is_all(list->items[i])) {
            *ret_all = true;
            continue;
        }
        int number = capability_number(list->items[i]);
        if (number < 0)
            return error_set(
                err, ERROR_INVALID, 0,
                "%s: unknown capability \"%s\": expected one of capabilities(7), such as NET_ADMIN, or ALL", field,
                list->items[i]);
        *ret_set |= UINT64_C(1) << number;
    }
    return 0;
}

static int default_set(const struct build *build, uint64_t *ret_set, struct error **err)
{
    *ret_set = 0;
    if (is_podman(build)) {
        bool all;
        if (parse_list(&build->engine->config->capabilities, "default_capabilities of containers.conf", ret_set, &all,
                       err) < 0)
            return -1;
        if (all)
            *ret_set = ~UINT64_C(0);
        return 0;
    }
    for (size_t i = 0; i < sizeof docker_defaults / sizeof *docker_defaults; i++)
        *ret_set |= UINT64_C(1) << capability_number(docker_defaults[i]);
    return 0;
}

static void warn_of_missing(const struct build *build, uint64_t missing)
{
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        if (missing >> i & 1)
            build_warn(build, "capAdd: %s is not among this engine's own capabilities: left out", names[i]);
}

int capability_sets(const struct build *build, uint64_t *ret_bounding, uint64_t *ret_added, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    uint64_t defaults, add, drop, have = build->machine.capabilities;
    bool add_all, drop_all;
    if (parse_list(&spec->cap_add, "capAdd", &add, &add_all, err) < 0 ||
        parse_list(&spec->cap_drop, "capDrop", &drop, &drop_all, err) < 0 || default_set(build, &defaults, err) < 0)
        return -1;
    uint64_t set;
    if (spec->privileged || add_all)
        set = spec->privileged ? have : have & ~drop;
    else if (drop_all)
        set = add;
    else
        set = (defaults & ~drop) | add;
    warn_of_missing(build, add & ~have);
    *ret_added = (add_all ? set : add) & have;
    *ret_bounding = set & have;
    return 0;
}

struct str_list capability_names(struct arena *arena, uint64_t set)
{
    struct str_list list = { 0 };
    for (int i = 0; i < CAPABILITY_COUNT; i++)
        if (set >> i & 1)
            str_list_add(arena, &list, names[i]);
    return list;
}

int capability_fill(const struct build *build, int64_t uid, bool privileged, struct oci_capabilities *caps,
                    struct error **err)
{
    uint64_t bounding, added;
    if (capability_sets(build, &bounding, &added, err) < 0)
        return -1;
    if (privileged)
        bounding = build->machine.capabilities;
    caps->bounding = capability_names(build->arena, bounding);
    if (uid == 0) {
        caps->effective = caps->permitted = caps->bounding;
    } else if (is_podman(build)) {
        /* podman gives what was asked for by name to a user that is not root, too; Docker never does */
        caps->effective = caps->permitted = caps->inheritable = caps->ambient = capability_names(build->arena, added);
    }
    return 0;
}

/* By its spelling: the image's users are not looked up here. */
static bool is_root(const char *user)
{
    size_t len = strcspn(user, ":");
    return !len || (len == 4 && !memcmp(user, "root", 4)) || strspn(user, "0") >= len;
}

int oci_container_capabilities(struct engine *engine, struct arena *arena, const struct container *ctr,
                               struct str_list *ret_effective, struct str_list *ret_bounding, struct error **err)
{
    struct build build = { .engine = engine, .arena = arena, .ctr = ctr, .root = -1 };
    struct oci_capabilities caps = { 0 };
    machine_read(&build.machine, "/sys/fs/cgroup");
    if (capability_fill(&build, is_root(str_or(ctr->spec->user, "")) ? 0 : 1, ctr->spec->privileged, &caps, err) < 0)
        return -1;
    *ret_effective = caps.effective;
    *ret_bounding = caps.bounding;
    return 0;
}
