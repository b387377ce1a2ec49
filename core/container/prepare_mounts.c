/* What has to be on the host before a container's mounts can be made. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/confined.h"
#include "core/container/layered.h"
#include "core/container/userns.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

struct preparing {
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    const char *rootfs;
    int userns; /* -1: none */
    const char **sources; /* beside the mounts */
};

/* Where a mount is put together that is more than its source: of an image, with a subpath, with a layer above it. */
static bool is_held(const struct container_mount *mount)
{
    return !str_empty(mount->subpath) || mount->overlay || !strcmp(mount->type, "image");
}

static const char *image_place(struct engine *engine, struct arena *arena, const char *id, size_t i)
{
    return arena_printf(arena, "%s/image-%zu", store_container_run_dir(engine->store, arena, id), i);
}

static const char *held_place(struct engine *engine, struct arena *arena, const char *id, size_t i)
{
    return arena_printf(arena, "%s/subpath-%zu", store_container_run_dir(engine->store, arena, id), i);
}

/* @place becomes what the kind of @fd can be mounted on. */
static int make_place(int fd, const char *place, struct error **err)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "looking at the source of %s", place);
    autofd made = S_ISDIR(st.st_mode) ? -1 : open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (S_ISDIR(st.st_mode) ? mkdir(place, 0700) < 0 && errno != EEXIST : made < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making %s", place);
    return 0;
}

/* Nothing that is mounted or unmounted below shows elsewhere. */
static int mount_bind(struct arena *arena, int fd, const char *place)
{
    const char *from = arena_printf(arena, "/proc/self/fd/%d", fd);
    return mount(from, place, NULL, MS_BIND | MS_REC, NULL) < 0 ? -1 : mount(NULL, place, NULL, MS_PRIVATE | MS_REC, NULL);
}

/* The path is looked up once, within the volume or image, and held by a mount of our own: what a container that writes to
 * the volume swaps in afterwards is not what the runtime mounts. @fd: the source; its layer lies above the subpath alone */
static int hold(struct preparing *preparing, size_t i, int fd, const char *what, struct error **err)
{
    struct arena *arena = preparing->arena;
    const struct container *ctr = preparing->ctr;
    const struct container_mount *mount = &ctr->mounts.items[i];
    const char *place = preparing->sources[i] = held_place(preparing->engine, arena, ctr->id, i);
    autofd within = str_empty(mount->subpath) ? -1 : path_open_in(fd, mount->subpath, O_PATH, 0);
    if (!str_empty(mount->subpath) && within < 0)
        return error_set(err, errno == ENOENT || errno == ENOTDIR ? ERROR_INVALID : ERROR_INTERNAL, errno,
                         "mounts: subpath \"%s\" of %s cannot be used", mount->subpath, what);
    int source = within < 0 ? fd : within;
    if (make_place(source, place, err) < 0)
        return -1;
    if (mount->overlay)
        return layered_mount(preparing->engine, arena, ctr, i, source, place, err);
    if (mount_bind(arena, source, place) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting subpath \"%s\" of %s", mount->subpath, what);
    return 0;
}

static int hold_path(struct preparing *preparing, size_t i, const char *path, const char *what, struct error **err)
{
    autofd root = open(path, O_PATH | O_CLOEXEC);
    if (root < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", path);
    return hold(preparing, i, root, what, err);
}

/* The container's user, for volumes that are to be theirs; podman's containers only. */
static int find_user(struct arena *arena, const struct container *ctr, struct volume_first_use *use, struct error **err)
{
    use->chown = !str_eq(ctr->spec->cap_defaults, "docker");
    use->copy_again = !use->chown && !ctr->started_unix_ns;
    if (use->chown && oci_user(arena, ctr, use->rootfs, &use->uid, &use->gid, err) < 0)
        return -1;
    use->uid = userns_host_uid(ctr->spec, use->uid);
    use->gid = userns_host_gid(ctr->spec, use->gid);
    return 0;
}

int container_use_volume(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_mount *mount,
                         const struct volume *volume, const char *rootfs, struct error **err)
{
    struct volume_first_use use = { .rootfs = rootfs, .target = mount->target, .nocopy = mount->nocopy };
    return find_user(arena, ctr, &use, err) < 0 ? -1 : volume_first_use(engine, volume, &use, err);
}

static int prepare_volume(struct preparing *preparing, size_t i, struct error **err)
{
    struct engine *engine = preparing->engine;
    const struct container *ctr = preparing->ctr;
    const struct container_mount *mount = &ctr->mounts.items[i];
    struct volume volume;
    if (volume_find(engine, preparing->arena, ctr->volume_names.items[i], &volume, err) < 0 ||
        volume_mount(engine, preparing->arena, &volume, ctr->id, mount->target, mount->readonly, err) < 0)
        return -1;
    if (str_empty(mount->source)) /* a plugin chose the place just now */
        preparing->sources[i] = volume.mountpoint;
    if (str_empty(mount->subpath) && container_use_volume(engine, preparing->arena, ctr, mount, &volume, preparing->rootfs, err) < 0)
        return -1;
    return is_held(mount) ? hold_path(preparing, i, volume.mountpoint, arena_printf(preparing->arena, "volume %s", volume.name), err) : 0;
}

static int prepare_bind(struct preparing *preparing, size_t i, struct error **err)
{
    const struct container_mount *mount = &preparing->ctr->mounts.items[i];
    if (!str_empty(mount->beneath) && mount->overlay) {
        autofd fd = confined_find(mount, err);
        return fd < 0 ? -1 : hold(preparing, i, fd, mount->source, err);
    }
    if (str_empty(mount->beneath) && !path_exists(mount->source))
        return error_set(err, ERROR_INVALID, 0, "mounts: source %s of %s is not there any more", mount->source, mount->target);
    return mount->overlay ? hold_path(preparing, i, mount->source, mount->source, err) : 0;
}

/* The image may have been removed by a program that asks nobody. */
static int prepare_image(struct preparing *preparing, size_t i, struct error **err)
{
    struct engine *engine = preparing->engine;
    const struct container *ctr = preparing->ctr;
    const struct container_mount *mount = &ctr->mounts.items[i];
    const char *place = image_place(engine, preparing->arena, ctr->id, i);
    const struct store_image *image = store_image(engine->store, preparing->arena, mount->image_id, err);
    if (!image) {
        (*err)->kind = (*err)->kind == ERROR_NOT_FOUND ? ERROR_INVALID : (*err)->kind;
        return error_wrap(err, "mounts: image %s of %s is not there any more", mount->source, mount->target);
    }
    if (path_mkdirs(place, 0700, err) < 0)
        return -1;
    if (!str_empty(image->layer) && store_mount_layers(engine->store, image->layer, ctr->id, preparing->userns, place, err) < 0)
        return error_wrap(err, "mounts: image %s of %s", mount->source, mount->target);
    preparing->sources[i] = place;
    if (str_empty(mount->subpath) && !mount->overlay)
        return 0;
    return hold_path(preparing, i, place, arena_printf(preparing->arena, "image %s", mount->source), err);
}

int container_prepare_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, const char *rootfs, int userns,
                             const char *const **ret_sources, struct error **err)
{
    static int (*const prepare[])(struct preparing *preparing, size_t i, struct error **err) = { prepare_bind, prepare_volume, prepare_image };
    static const char *const types[] = { "bind", "volume", "image" };
    struct preparing preparing = { engine, arena, ctr, rootfs, userns, arena_array(arena, ctr->mounts.count, sizeof *preparing.sources) };
    for (size_t i = 0; i < ctr->mounts.count; i++)
        for (size_t type = 0; type < sizeof types / sizeof *types; type++)
            if (!strcmp(ctr->mounts.items[i].type, types[type]) && prepare[type](&preparing, i, err) < 0)
                return -1;
    *ret_sources = preparing.sources;
    return 0;
}

static void release_place(const char *place)
{
    while (umount2(place, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
        ;
    if (unlink(place) < 0)
        rmdir(place);
}

int container_release_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err)
{
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        if (!is_held(&ctr->mounts.items[i]))
            continue;
        release_place(held_place(engine, arena, ctr->id, i));
        release_place(image_place(engine, arena, ctr->id, i));
        if (ctr->mounts.items[i].overlay)
            layered_discard(engine, arena, ctr, i);
    }
    return volume_unmount(engine, ctr->id, err);
}
