#include "core/container/volumes.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/confined.h"
#include "core/container/layered.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/volume/volume.h"

struct mount_list {
    struct arena *arena;
    struct container_effective *effective;
};

static bool has_target(const struct container_effective *effective, const char *target)
{
    for (size_t i = 0; i < effective->mounts.count; i++)
        if (!strcmp(effective->mounts.items[i].target, target))
            return true;
    return false;
}

static void add(struct mount_list *list, struct container_mount mount, const char *volume_name)
{
    struct container_effective *effective = list->effective;
    struct container_mount *grown = arena_array(list->arena, effective->mounts.count + 1, sizeof *grown);
    if (effective->mounts.count)
        memcpy(grown, effective->mounts.items, effective->mounts.count * sizeof *grown);
    grown[effective->mounts.count++] = mount;
    effective->mounts.items = grown;
    str_list_add(list->arena, &effective->volume_names, volume_name);
}

/* It is looked up when the container starts; what could only lead out is refused at once. */
static int check_subpath(const struct container_mount *mount, struct error **err)
{
    const char *at = mount->subpath;
    if (str_empty(at))
        return 0;
    for (; *at && *at != '/'; at += strspn(at, "/")) {
        size_t len = strcspn(at, "/");
        if (len == 2 && !strncmp(at, "..", 2))
            break;
        at += len;
    }
    return *at ? error_set(err, ERROR_INVALID, 0,
                           "invalid mount config for type \"%s\": subpath \"%s\" must be a relative path within the %s", mount->type,
                           mount->subpath, mount->type)
               : 0;
}

static int add_volume(struct engine *engine, struct mount_list *list, struct container_mount mount, struct error **err)
{
    struct volume volume;
    const struct volume_request request = {
        .name = mount.source,
        .driver = mount.driver,
        .options = mount.driver_options,
        .anonymous = str_empty(mount.source),
    };
    if (check_subpath(&mount, err) < 0)
        return -1;
    if (volume_propose(engine, list->arena, &request, &volume, err) < 0)
        return -1;
    mount.anonymous |= volume.anonymous && str_empty(mount.source);
    mount.source = volume.mountpoint;
    mount.driver = volume.driver;
    add(list, mount, volume.name);
    return 0;
}

static int add_bind(struct mount_list *list, struct container_mount mount, struct error **err)
{
    struct stat st;
    if (!str_empty(mount.beneath)) {
        if (confined_make(&mount, err) < 0)
            return -1;
        add(list, mount, "");
        return 0;
    }
    if (str_empty(mount.source) || *mount.source != '/')
        return error_set(err, ERROR_INVALID, 0, "mounts: source \"%s\" of %s is not an absolute path", str_or(mount.source, ""), mount.target);
    if (stat(mount.source, &st) < 0) {
        if (!mount.create_source)
            return error_set(err, ERROR_INVALID, 0, "invalid mount config for type \"bind\": bind source path does not exist: %s", mount.source);
        if (path_mkdirs(mount.source, 0755, err) < 0)
            return -1;
    }
    add(list, mount, "");
    return 0;
}

static int add_image(struct engine *engine, struct mount_list *list, struct container_mount mount, bool docker, struct error **err)
{
    if (str_empty(mount.source))
        return error_set(err, ERROR_INVALID, 0, "invalid mount config for type \"image\": the source of %s is missing, expected an image", mount.target);
    if (check_subpath(&mount, err) < 0)
        return -1;
    const struct image *image = image_find(engine, list->arena, mount.source, docker, err);
    if (!image)
        return error_wrap(err, "mount %s", mount.target);
    mount.image_id = image->id;
    add(list, mount, "");
    return 0;
}

static int add_asked(struct engine *engine, struct mount_list *list, const struct container_mount *asked, bool docker, struct error **err)
{
    struct container_mount mount = *asked;
    if (*mount.target != '/')
        return error_set(err, ERROR_INVALID, 0, "mounts: target \"%s\" is not an absolute path", mount.target);
    mount.target = path_clean(list->arena, mount.target);
    if (!strcmp(mount.target, "/"))
        return error_set(err, ERROR_INVALID, 0, "mounts: target \"/\" would hide the container's root");
    if (has_target(list->effective, mount.target))
        return error_set(err, ERROR_INVALID, 0, "Duplicate mount point: %s", mount.target);
    if (layered_check(&mount, err) < 0)
        return -1;
    if (!strcmp(mount.type, "volume"))
        return add_volume(engine, list, mount, err);
    if (!strcmp(mount.type, "bind"))
        return add_bind(list, mount, err);
    if (!strcmp(mount.type, "image"))
        return add_image(engine, list, mount, docker, err);
    add(list, mount, "");
    return 0;
}

/* "ro", "rw,z": z and Z are labels of SELinux, and nothing here. */
static bool is_share_mode(struct arena *arena, const char *mode, bool *ret_readonly)
{
    static const char *const words[] = { "ro", "rw", "z", "Z" };
    struct str_list given = str_split(arena, mode, ',');
    for (size_t i = 0; i < given.count; i++) {
        bool known = false;
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            known |= !strcmp(given.items[i], words[j]);
        if (!known)
            return false;
        *ret_readonly |= !strcmp(given.items[i], "ro");
    }
    return given.count > 0;
}

/* "container[:MODE]" */
static int take_from(struct engine *engine, struct mount_list *list, const char *text, struct error **err)
{
    struct str_list parts = str_split(list->arena, text, ':');
    bool readonly = false;
    if (!parts.count || parts.count > 2 || (parts.count == 2 && !is_share_mode(list->arena, parts.items[1], &readonly)))
        return error_set(err, ERROR_INVALID, 0, "volumesFrom: \"%s\" is not CONTAINER[:ro|rw|z|Z]", text);
    autocontainer *other = container_find(engine, parts.items[0], err);
    if (!other)
        return -1;
    for (size_t i = 0; i < other->mounts.count; i++) {
        struct container_mount mount = other->mounts.items[i];
        bool shared = !strcmp(mount.type, "volume") || !strcmp(mount.type, "bind");
        if (!shared || has_target(list->effective, mount.target))
            continue;
        mount.readonly |= readonly;
        mount.source = arena_strdup(list->arena, mount.source);
        mount.target = arena_strdup(list->arena, mount.target);
        mount.type = arena_strdup(list->arena, mount.type);
        mount.subpath = arena_strdup(list->arena, mount.subpath);
        mount.beneath = arena_strdup(list->arena, mount.beneath);
        mount.options = str_list_copy(list->arena, &mount.options);
        add(list, mount, arena_strdup(list->arena, other->volume_names.items[i]));
    }
    return 0;
}

static void add_image_tmpfs(struct mount_list *list, const char *target)
{
    struct container_mount mount = { .type = "tmpfs", .target = target };
    if (strcmp(target, "/") && !has_target(list->effective, target))
        add(list, mount, "");
}

int container_resolve_mounts(struct engine *engine, struct arena *arena, const struct container_spec *spec, const struct image *image,
                             struct container_effective *effective, struct error **err)
{
    struct mount_list list = { arena, effective };
    for (size_t i = 0; i < spec->mounts.count; i++)
        if (add_asked(engine, &list, &spec->mounts.items[i], str_eq(spec->cap_defaults, "docker"), err) < 0)
            return -1;
    for (size_t i = 0; i < spec->volumes_from.count; i++)
        if (take_from(engine, &list, spec->volumes_from.items[i], err) < 0)
            return -1;
    for (size_t i = 0; i < image->volumes.count && !str_eq(spec->image_volumes, "ignore"); i++) {
        if (str_eq(spec->image_volumes, "tmpfs")) {
            add_image_tmpfs(&list, path_clean(arena, image->volumes.items[i]));
            continue;
        }
        struct container_mount mount = { .type = "volume", .target = path_clean(arena, image->volumes.items[i]), .anonymous = true };
        mount.driver = spec->volume_driver;
        if (str_eq(spec->cap_defaults, "docker"))
            str_map_set(arena, &mount.labels, VOLUME_ANONYMOUS_LABEL, "");
        if (!has_target(effective, mount.target) && add_volume(engine, &list, mount, err) < 0)
            return -1;
    }
    return 0;
}

bool container_uses_image(const struct container *ctr, const char *image_id)
{
    bool uses = !strcmp(ctr->image_id, image_id);
    for (size_t i = 0; i < ctr->mounts.count; i++)
        uses |= str_eq(ctr->mounts.items[i].image_id, image_id);
    return uses;
}

int container_make_volumes(struct engine *engine, struct arena *arena, const struct container_effective *effective,
                           const char *id, struct error **err)
{
    for (size_t i = 0; i < effective->volume_names.count; i++) {
        const struct container_mount *mount = &effective->mounts.items[i];
        const struct volume_request request = {
            .name = effective->volume_names.items[i],
            .driver = mount->driver,
            .options = mount->driver_options,
            .labels = mount->labels,
            .anonymous = mount->anonymous,
        };
        if (*request.name && volume_use(engine, arena, &request, id, err) < 0)
            return -1;
    }
    return 0;
}
