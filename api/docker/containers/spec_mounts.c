#include "api/docker/containers/spec_parts.h"

#include <string.h>

#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/spec.h"
#include "core/volume/volume.h"

#define BIND_OPTIONS \
    "z|Z|nocopy|private|rprivate|shared|rshared|slave|rslave|consistent|cached|delegated|default"

static bool is_taken(const struct container_spec *spec, const char *target)
{
    for (size_t i = 0; i < spec->mounts.count; i++)
        if (!strcmp(spec->mounts.items[i].target, target))
            return true;
    return false;
}

static int add(struct arena *arena, struct container_spec *spec, struct container_mount mount, struct error **err)
{
    if (str_empty(mount.target) || *mount.target != '/')
        return error_set(err, ERROR_INVALID, 0, "invalid mount path: '%s' mount path must be absolute",
                         str_or(mount.target, ""));
    mount.target = path_clean(arena, mount.target);
    if (is_taken(spec, mount.target))
        return error_set(err, ERROR_INVALID, 0, "Duplicate mount point: %s", mount.target);
    spec->mounts.items[spec->mounts.count++] = mount;
    return 0;
}

/* "ro,z,rslave" */
static int take_mode(struct arena *arena, const char *mode, struct container_mount *mount, struct error **err)
{
    struct str_list options = str_split(arena, mode, ',');
    for (size_t i = 0; i < options.count; i++) {
        const char *option = options.items[i];
        autoerror *unknown = NULL;
        if (!strcmp(option, "ro"))
            mount->readonly = true;
        else if (!strcmp(option, "nocopy"))
            mount->nocopy = true;
        else if (!strcmp(option, "rw"))
            mount->readonly = false;
        else if (!*option || unhonoured_word("mode", option, BIND_OPTIONS, &unknown) < 0)
            return error_set(err, ERROR_INVALID, 0, "invalid mode: %s", mode);
        else
            str_list_add(arena, &mount->options, option);
    }
    return 0;
}

/* "target", "source:target" or "source:target:options" */
static int translate_bind(struct arena *arena, const char *bind, struct container_spec *spec, struct error **err)
{
    struct str_list parts = str_split(arena, bind, ':');
    struct container_mount mount = { .type = "volume" };
    if (!parts.count || parts.count > 3 || !*parts.items[0] || (parts.count > 1 && !*parts.items[1]))
        return error_set(err, ERROR_INVALID, 0, "invalid volume specification: '%s'", bind);
    mount.target = parts.items[parts.count > 1];
    if (parts.count == 1) {
        mount.anonymous = true;
    } else if (*parts.items[0] == '/') {
        mount.type = "bind";
        mount.source = parts.items[0];
        mount.create_source = true;
    } else if (strchr(parts.items[0], '/')) {
        return error_set(err, ERROR_INVALID, 0,
                         "create %s: \"%s\" includes invalid characters for a local volume name, only "
                         "\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use "
                         "absolute path", parts.items[0], parts.items[0]);
    } else {
        mount.source = parts.items[0];
    }
    if (!strcmp(mount.type, "volume"))
        mount.driver = spec->volume_driver;
    if (parts.count == 3 && take_mode(arena, parts.items[2], &mount, err) < 0)
        return -1;
    mount.readonly_recursive = mount.readonly;
    if (add(arena, spec, mount, err) < 0)
        return -1;
    str_map_set(arena, &spec->docker_binds, spec->mounts.items[spec->mounts.count - 1].target, bind);
    return 0;
}

static int mount_misfit(const char *type, const char *what, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "invalid mount config for type \"%s\": %s", type, what);
}

static int take_bind_options(struct arena *arena, const struct docker_bind_options *options,
                             struct container_mount *mount, struct error **err)
{
    static const char words[] = "private|rprivate|shared|rshared|slave|rslave";
    if (!options)
        return 0;
    if (options->read_only_force_recursive && (options->read_only_non_recursive || !mount->readonly))
        return mount_misfit("bind", options->read_only_non_recursive
                                        ? "ReadOnlyForceRecursive and ReadOnlyNonRecursive exclude each other"
                                        : "ReadOnlyForceRecursive needs ReadOnly", err);
    if (unhonoured_word("Mounts.BindOptions.Propagation", options->propagation, words, err) < 0)
        return -1;
    if (!str_empty(options->propagation))
        str_list_add(arena, &mount->options, options->propagation);
    if (options->non_recursive)
        str_list_add(arena, &mount->options, "bind");
    if (options->read_only_force_recursive)
        str_list_add(arena, &mount->options, "rro");
    mount->readonly_recursive &= !options->read_only_non_recursive;
    mount->create_source = options->create_mountpoint;
    return 0;
}

/* Whether it leads out is seen to below. */
static int check_subpath(const char *type, const char *subpath, struct error **err)
{
    if (str_empty(subpath) || *subpath != '/')
        return 0;
    return error_set(err, ERROR_INVALID, 0, "invalid mount config for type \"%s\": subpath must be a relative path within the %s", type, type);
}

static int take_volume_options(const struct docker_volume_options *options, struct container_mount *mount,
                               struct error **err)
{
    if (!options)
        return 0;
    mount->nocopy = options->nocopy;
    mount->labels = options->labels;
    mount->subpath = options->subpath;
    if (check_subpath("volume", mount->subpath, err) < 0)
        return -1;
    if (options->driver) {
        mount->driver = options->driver->name;
        mount->driver_options = options->driver->options;
    }
    return 0;
}

static bool is_tmpfs_option(const char *word, bool valued)
{
    static const char *const flags[] = { "exec", "noexec", "suid", "nosuid", "dev", "nodev", "sync", "async", "noatime", "relatime" };
    static const char *const keys[] = { "uid", "gid", "nr_inodes", "nr_blocks" };
    for (size_t i = 0; !valued && i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(word, flags[i]))
            return true;
    for (size_t i = 0; valued && i < sizeof keys / sizeof *keys; i++)
        if (!strcmp(word, keys[i]))
            return true;
    return false;
}

static int take_tmpfs_options(struct arena *arena, const struct docker_tmpfs_options *options,
                              struct container_mount *mount, struct error **err)
{
    if (!options)
        return 0;
    if (options->size < 0 || options->mode < 0 || options->mode > 07777)
        return error_set(err, ERROR_INVALID, 0, "Mounts.TmpfsOptions: SizeBytes or Mode is out of range");
    if (options->size)
        str_list_add(arena, &mount->options, arena_printf(arena, "size=%lld", (long long)options->size));
    if (options->mode)
        str_list_add(arena, &mount->options, arena_printf(arena, "mode=%llo", (long long)options->mode));
    for (size_t i = 0; i < options->options.count; i++) {
        const char *const *words = options->options.items[i].items;
        size_t count = options->options.items[i].count;
        if (count < 1 || count > 2 || !is_tmpfs_option(words[0], count == 2) || strpbrk(words[count - 1], ",= "))
            return error_set(err, ERROR_INVALID, 0, "Mounts.TmpfsOptions.Options: \"%.80s\" is not valid: expected a flag such as [\"exec\"], or "
                             "[\"uid\", NUMBER], gid, nr_inodes or nr_blocks", count ? words[0] : "");
        str_list_add(arena, &mount->options, count == 1 ? words[0] : arena_printf(arena, "%s=%s", words[0], words[1]));
    }
    return 0;
}

static int check_mount(const struct docker_mount *from, struct error **err)
{
    bool bind = str_eq(from->type, "bind"), volume = str_eq(from->type, "volume"), tmpfs = str_eq(from->type, "tmpfs"),
         image = str_eq(from->type, "image");
    if (unhonoured_word("Mounts.Type", from->type, "bind|volume|tmpfs|image", err) < 0 ||
        unhonoured_refuse(docker_mount_schema(), from, "Mounts.", NULL, err) < 0 ||
        unhonoured_word("Mounts.Consistency", from->consistency, "default|consistent|cached|delegated", err) < 0)
        return -1;
    if (bind && str_empty(from->source))
        return mount_misfit(from->type, "field Source must not be empty", err);
    if (image && str_empty(from->source))
        return mount_misfit(from->type, "field Source must not be empty", err);
    if (bind && *from->source != '/')
        return mount_misfit(from->type, "invalid mount path: mount path must be absolute", err);
    if (tmpfs && !str_empty(from->source))
        return mount_misfit(from->type, "field Source must not be specified", err);
    if (from->bind && !bind)
        return mount_misfit(from->type, "field BindOptions must not be specified", err);
    if (from->volume && !volume)
        return mount_misfit(from->type, "field VolumeOptions must not be specified", err);
    if (from->tmpfs && !tmpfs)
        return mount_misfit(from->type, "field TmpfsOptions must not be specified", err);
    if (from->image && !image)
        return mount_misfit(from->type, "field ImageOptions must not be specified", err);
    return 0;
}

static int translate_mount(struct arena *arena, const struct docker_mount *from, struct container_spec *spec,
                           struct error **err)
{
    struct container_mount mount = {
        .type = from->type,
        .source = from->source,
        .target = from->target,
        .readonly = from->read_only,
        .readonly_recursive = from->read_only && (!strcmp(from->type, "bind") || !strcmp(from->type, "volume")),
        .anonymous = !strcmp(from->type, "volume") && str_empty(from->source),
    };
    if (!strcmp(from->type, "image")) {
        mount.readonly = true;
        mount.subpath = from->image ? from->image->subpath : NULL;
    }
    if (check_mount(from, err) < 0 || check_subpath(from->type, mount.subpath, err) < 0 || take_bind_options(arena, from->bind, &mount, err) < 0 ||
        take_volume_options(from->volume, &mount, err) < 0 || take_tmpfs_options(arena, from->tmpfs, &mount, err) < 0)
        return -1;
    return add(arena, spec, mount, err);
}

static int translate_tmpfs(struct arena *arena, const struct str_pair *from, struct container_spec *spec,
                           struct error **err)
{
    struct container_mount mount = { .type = "tmpfs", .target = from->key };
    mount.options = str_split(arena, str_or(from->value, ""), ',');
    if (add(arena, spec, mount, err) < 0)
        return -1;
    str_map_set(arena, &spec->docker_tmpfs, spec->mounts.items[spec->mounts.count - 1].target, str_or(from->value, ""));
    return 0;
}

/* A path that a bind or mount has already needs no volume. */
static int translate_volume(struct arena *arena, const char *target, struct container_spec *spec, struct error **err)
{
    struct container_mount mount = { .type = "volume", .target = target, .anonymous = true, .driver = spec->volume_driver };
    str_map_set(arena, &mount.labels, VOLUME_ANONYMOUS_LABEL, "");
    str_list_add(arena, &spec->docker_volumes, target);
    if (*target == '/' && is_taken(spec, path_clean(arena, target)))
        return 0;
    return add(arena, spec, mount, err);
}

int spec_mounts(struct arena *arena, const struct docker_create *body, struct container_spec *spec, struct error **err)
{
    const struct docker_host_config *host = &body->host;
    const struct str_list *volumes = &body->config.volumes;
    size_t room = host->binds.count + host->mounts.count + host->tmpfs.count + volumes->count;
    spec->volume_driver = host->volume_driver;
    spec->mounts.items = arena_array(arena, room, sizeof *spec->mounts.items);
    for (size_t i = 0; i < host->binds.count; i++)
        if (translate_bind(arena, host->binds.items[i], spec, err) < 0)
            return -1;
    for (size_t i = 0; i < host->mounts.count; i++)
        if (translate_mount(arena, &host->mounts.items[i], spec, err) < 0)
            return -1;
    for (size_t i = 0; i < host->tmpfs.count; i++)
        if (translate_tmpfs(arena, &host->tmpfs.items[i], spec, err) < 0)
            return -1;
    for (size_t i = 0; i < volumes->count; i++)
        if (translate_volume(arena, volumes->items[i], spec, err) < 0)
            return -1;
    spec->volumes_from = host->volumes_from;
    return 0;
}
