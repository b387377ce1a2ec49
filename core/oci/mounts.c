/* Mounts in the order the runtime makes them: the kernel's, the engine's files, then the user's from the outside in. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/userns.h"
#include "core/oci/build.h"
#include "core/oci/own.h"
#include "core/oci/process.h"

static struct str_list words(struct arena *arena, const char *text)
{
    return str_split(arena, text, ',');
}

/* A mount of the user's at the same place replaces ours. */
static bool taken(const struct build *build, const char *destination)
{
    for (size_t i = 0; i < build->ctr->mounts.count; i++)
        if (!strcmp(path_clean(build->arena, build->ctr->mounts.items[i].target), destination))
            return true;
    return false;
}

static void add(struct build *build, const char *destination, const char *type, const char *source, const char *options)
{
    if (taken(build, destination))
        return;
    *LIST_ADD(build->arena, &build->spec.mounts) = (struct oci_mount){
        .destination = destination, .type = type, .source = source, .options = words(build->arena, options),
    };
}

static void add_kernel_mounts(struct build *build)
{
    const struct container_spec *spec = build->ctr->spec;
    bool open = spec->privileged;
    const char *more = spec->proc_options.count ? str_join(build->arena, &spec->proc_options, ",") : "";
    add(build, "/proc", "proc", "proc", arena_printf(build->arena, "nosuid,noexec,nodev%s%s", *more ? "," : "", more));
    add(build, "/dev", "tmpfs", "tmpfs", "nosuid,strictatime,mode=755,size=65536k");
    add(build, "/sys", "sysfs", "sysfs", open ? "nosuid,noexec,nodev,rw" : "nosuid,noexec,nodev,ro");
    add(build, "/dev/pts", "devpts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5");
    if (mode_is(spec->ipc_mode, "host"))
        add(build, "/dev/mqueue", "bind", "/dev/mqueue", "bind,nosuid,noexec,nodev");
    else
        add(build, "/dev/mqueue", "mqueue", "mqueue", "nosuid,noexec,nodev");
}

static void add_shm(struct build *build)
{
    const char *mode = build->ctr->spec->ipc_mode;
    if (build->place->shm_dir)
        add(build, "/dev/shm", "bind", build->place->shm_dir, "bind,rprivate,nosuid,noexec,nodev");
    else if (mode_is(mode, "host"))
        add(build, "/dev/shm", "bind", "/dev/shm", "bind,rprivate,nosuid,noexec,nodev");
}

static void add_engine_files(struct build *build)
{
    static const struct {
        const char *name, *destination;
    } files[] = {
        { "hostname", "/etc/hostname" },
        { "resolv.conf", "/etc/resolv.conf" },
        { "hosts", "/etc/hosts" },
        { ".containerenv", "/run/.containerenv" },
    };
    const char *options = build->ctr->spec->readonly_rootfs ? "bind,rprivate,ro,nosuid,nodev,noexec" : "bind,rprivate";
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *source = arena_printf(build->arena, "%s/%s", build->place->files_dir, files[i].name);
        if (path_exists(source))
            add(build, files[i].destination, "bind", source, options);
    }
}

static void add_init(struct build *build)
{
    if (build->ctr->spec->init && build->place->init_path)
        add(build, process_init_path(build), "bind", build->place->init_path, "bind,rprivate,ro");
}

/* Zone names come from clients: they stay below the zone directory. */
static int add_timezone(struct build *build, struct error **err)
{
    const char *zone = build->ctr->spec->timezone;
    if (str_empty(zone))
        return 0;
    const char *source = "/etc/localtime";
    if (strcmp(zone, "local"))
        source = arena_printf(build->arena, "/usr/share/zoneinfo%s", path_clean(build->arena, zone));
    if (!path_exists(source))
        return error_set(err, ERROR_INVALID, 0,
                         "timezone: \"%s\" is not known here: expected a zone name such as Europe/Berlin, or local",
                         zone);
    add(build, "/etc/localtime", "bind", source, "bind,rprivate,ro");
    return 0;
}

static void add_cgroup(struct build *build)
{
    add(build, "/sys/fs/cgroup", "cgroup", "cgroup",
        build->ctr->spec->privileged ? "rprivate,nosuid,noexec,nodev,relatime,rw"
                                     : "rprivate,nosuid,noexec,nodev,relatime,ro");
}

static void add_readonly_tmpfs(struct build *build)
{
    static const char *const places[] = { "/run", "/tmp", "/var/tmp" };
    const struct container_spec *spec = build->ctr->spec;
    if (!spec->readonly_rootfs || !spec->readonly_tmpfs)
        return;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        add(build, places[i], "tmpfs", "tmpfs", "rw,nosuid,nodev,tmpcopyup,rprivate");
}

/* Options that are ours to act on and that a runtime would not know. */
static bool is_engine_option(const char *option)
{
    static const char *const ours[] = { "z",          "Z",      "U",         "nocopy",  "copy",
                                        "consistent", "cached", "delegated", "default", "defaults",
                                        "idmap",      "bind",   "rbind",     "ro",      "rw" };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!strcmp(option, ours[i]))
            return true;
    return str_starts(option, "upperdir=") || str_starts(option, "workdir=");
}

static bool is_propagation(const char *option)
{
    static const char *const all[] = { "private", "rprivate", "shared",     "rshared",
                                       "slave",   "rslave",   "unbindable", "runbindable" };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(option, all[i]))
            return true;
    return false;
}

static bool has_propagation(const struct str_list *options)
{
    for (size_t i = 0; i < options->count; i++)
        if (is_propagation(options->items[i]))
            return true;
    return false;
}

static struct str_list bind_options(const struct build *build, const struct container_mount *mount)
{
    struct arena *arena = build->arena;
    struct str_list list = { 0 };
    bool readonly = mount->readonly || str_list_has(&mount->options, "ro");
    str_list_add(arena, &list, str_list_has(&mount->options, "bind") ? "bind" : "rbind");
    if (readonly)
        str_list_add(arena, &list, mount->readonly_recursive && build->machine.mount_setattr ? "rro" : "ro");
    for (size_t i = 0; i < mount->options.count; i++)
        if (!is_engine_option(mount->options.items[i]))
            str_list_add(arena, &list, mount->options.items[i]);
    if (!has_propagation(&mount->options))
        str_list_add(arena, &list, "rprivate");
    return list;
}

static struct str_list tmpfs_options(const struct build *build, const struct container_mount *mount)
{
    struct arena *arena = build->arena;
    const struct str_list *given = &mount->options;
    struct str_list list = { 0 };
    str_list_add(arena, &list, mount->readonly || str_list_has(given, "ro") ? "ro" : "rw");
    static const char *const defaults[][2] = { { "nosuid", "suid" }, { "nodev", "dev" }, { "noexec", "exec" } };
    size_t count = is_podman(build) ? 2 : 3; /* podman's tmpfs may hold programs, Docker's may not */
    for (size_t i = 0; i < count; i++)
        if (!str_list_has(given, defaults[i][0]) && !str_list_has(given, defaults[i][1]))
            str_list_add(arena, &list, defaults[i][0]);
    if (is_podman(build) && !str_list_has(given, "tmpcopyup") && !str_list_has(given, "notmpcopyup"))
        str_list_add(arena, &list, "tmpcopyup");
    for (size_t i = 0; i < given->count; i++)
        if (!is_engine_option(given->items[i]) && strcmp(given->items[i], "notmpcopyup"))
            str_list_add(arena, &list, given->items[i]);
    if (!has_propagation(given))
        str_list_add(arena, &list, "rprivate");
    return list;
}

/* Of a mount that is not the container's own, as a secret's, nobody says anything. */
static const char *source_of(const struct build *build, const struct container_mount *mount)
{
    const char *const *sources = build->place ? build->place->mount_sources : NULL;
    for (size_t i = 0; sources && i < build->ctr->mounts.count; i++)
        if (&build->ctr->mounts.items[i] == mount && sources[i])
            return sources[i];
    return mount->source;
}

static int add_user_mount(struct build *build, const struct container_mount *mount, struct error **err)
{
    struct oci_mount *made = LIST_ADD(build->arena, &build->spec.mounts);
    made->destination = path_clean(build->arena, mount->target);
    if (!strcmp(made->destination, "/"))
        return error_set(err, ERROR_INVALID, 0, "mounts: invalid mount target \"%s\": the root cannot be mounted over",
                         mount->target);
    if (mode_is(mount->type, "tmpfs")) {
        made->type = made->source = "tmpfs";
        made->options = tmpfs_options(build, mount);
        return 0;
    }
    if (mode_is(mount->type, "devpts")) {
        made->type = made->source = "devpts";
        made->options = str_list_copy(build->arena, &mount->options);
        return 0;
    }
    made->type = "bind";
    made->source = source_of(build, mount);
    if (str_empty(made->source) || *made->source != '/')
        return error_set(err, ERROR_INVALID, 0, "mounts: %s: source \"%s\" is not an absolute path", mount->target,
                         str_or(made->source, ""));
    made->options = bind_options(build, mount);
    if (str_list_has(&mount->options, "U") &&
        own_tree(made->source, userns_host_uid(build->ctr->spec, build->spec.process.user.uid),
                 userns_host_gid(build->ctr->spec, build->spec.process.user.gid), err) < 0)
        return -1;
    return 0;
}

static size_t depth(const char *path)
{
    size_t count = 0;
    for (; *path; path++)
        count += *path == '/' && path[1];
    return count;
}

/* Outer ones first: /data/x given before /data would be hidden by it. Equal depth keeps the order given. */
static void sort_by_depth(const struct container_mount **list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct container_mount *moving = list[i];
        size_t at = i;
        for (; at && depth(list[at - 1]->target) > depth(moving->target); at--)
            list[at] = list[at - 1];
        list[at] = moving;
    }
}

/* Secrets as mounts: one file each, and over /run/secrets a folder of our own, that the image gains none. */
static size_t list_secrets(const struct build *build, const struct container_mount **list)
{
    static const char *words[] = { "mode=755", "size=1m", "noexec", "notmpcopyup" };
    static const char *bind[] = { "bind", "rprivate", "nosuid", "nodev", "noexec" }; /* the last three with a read-only root */
    static const struct container_mount place = { .type = "tmpfs", .target = "/run/secrets", .options = { words, 4 } };
    const struct container_spec *spec = build->ctr->spec;
    size_t count = 0;
    bool below = false;
    for (size_t i = 0; i < spec->secrets.count; i++) {
        struct container_mount *mount = arena_zalloc(build->arena, sizeof *mount);
        *mount = (struct container_mount){
            .type = "bind",
            .source = arena_printf(build->arena, "%s/%zu", build->place->secrets_dir, i),
            .target = spec->secrets.items[i].target,
            .readonly = spec->readonly_rootfs,
            .options = { bind, spec->readonly_rootfs ? 5 : 2 },
        };
        below |= str_starts(mount->target, "/run/secrets/");
        list[count++] = mount;
    }
    if (below && !taken(build, place.target))
        list[count++] = &place;
    return count;
}

static int add_user_mounts(struct build *build, struct error **err)
{
    const struct container *ctr = build->ctr;
    const struct container_mount **list = arena_array(build->arena, ctr->mounts.count + ctr->spec->secrets.count + 1, sizeof *list);
    size_t count = 0;
    while (count < ctr->mounts.count) {
        list[count] = &ctr->mounts.items[count];
        count++;
    }
    count += list_secrets(build, list + count);
    sort_by_depth(list, count);
    for (size_t i = 0; i < count; i++)
        if (add_user_mount(build, list[i], err) < 0)
            return -1;
    return 0;
}

/* A bind mount of a shared source can only be shared or slave below a root that propagates as much. */
static const char *root_propagation(const struct build *build)
{
    const char *needed = NULL;
    if (!str_empty(build->ctr->spec->root_propagation))
        return build->ctr->spec->root_propagation;
    for (size_t i = 0; i < build->ctr->mounts.count; i++) {
        const struct str_list *options = &build->ctr->mounts.items[i].options;
        if (str_list_has(options, "shared") || str_list_has(options, "rshared"))
            return "shared";
        if (str_list_has(options, "slave") || str_list_has(options, "rslave"))
            needed = "rslave";
    }
    return needed;
}

int build_mounts(struct build *build, struct error **err)
{
    build->spec.root = (struct oci_root){ .path = build->place->rootfs, .readonly = build->ctr->spec->readonly_rootfs };
    add_kernel_mounts(build);
    add_readonly_tmpfs(build);
    add_engine_files(build);
    add_shm(build);
    add_cgroup(build);
    add_init(build);
    if (add_timezone(build, err) < 0 || add_user_mounts(build, err) < 0)
        return -1;
    build->spec.platform.rootfs_propagation = root_propagation(build);
    return 0;
}
