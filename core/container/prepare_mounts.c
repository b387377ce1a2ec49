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
#include "core/container/userns.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

static const char *subpath_place(struct engine *engine, struct arena *arena, const char *id, size_t i)
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

/* The path is looked up once, within the volume, and held by a mount of our own: what a container that writes to the
 * volume swaps in afterwards is not what the runtime mounts. */
static int hold_subpath(struct arena *arena, const struct volume *volume, const struct container_mount *mount, const char *place,
                        struct error **err)
{
    autofd root = open(volume->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
    autofd fd = root < 0 ? -1 : path_open_in(root, mount->subpath, O_PATH, 0);
    if (fd < 0)
        return error_set(err, errno == ENOENT || errno == ENOTDIR ? ERROR_INVALID : ERROR_INTERNAL, errno,
                         "mounts: subpath \"%s\" of volume %s cannot be used", mount->subpath, volume->name);
    if (make_place(fd, place, err) < 0)
        return -1;
    if (mount_bind(arena, fd, place) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting subpath \"%s\" of volume %s", mount->subpath, volume->name);
    return 0;
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

static int prepare_volume(struct engine *engine, struct arena *arena, const struct container *ctr, size_t i, const char *rootfs,
                          const char **ret_source, struct error **err)
{
    const struct container_mount *mount = &ctr->mounts.items[i];
    struct volume volume;
    if (volume_find(engine, arena, ctr->volume_names.items[i], &volume, err) < 0 ||
        volume_mount(engine, arena, &volume, ctr->id, mount->target, mount->readonly, err) < 0)
        return -1;
    if (str_empty(mount->source)) /* a plugin chose the place just now */
        *ret_source = volume.mountpoint;
    if (str_empty(mount->subpath))
        return container_use_volume(engine, arena, ctr, mount, &volume, rootfs, err);
    *ret_source = subpath_place(engine, arena, ctr->id, i);
    return hold_subpath(arena, &volume, mount, *ret_source, err);
}

int container_prepare_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, const char *rootfs,
                             const char *const **ret_sources, struct error **err)
{
    const char **sources = arena_array(arena, ctr->mounts.count, sizeof *sources);
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        if (!strcmp(mount->type, "bind") && str_empty(mount->beneath) && !path_exists(mount->source))
            return error_set(err, ERROR_INVALID, 0, "mounts: source %s of %s is not there any more", mount->source, mount->target);
        if (!strcmp(mount->type, "volume") && prepare_volume(engine, arena, ctr, i, rootfs, &sources[i], err) < 0)
            return -1;
    }
    *ret_sources = sources;
    return 0;
}

int container_release_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err)
{
    for (size_t i = 0; i < ctr->mounts.count; i++)
        if (!str_empty(ctr->mounts.items[i].subpath))
            umount2(subpath_place(engine, arena, ctr->id, i), MNT_DETACH | UMOUNT_NOFOLLOW);
    return volume_unmount(engine, ctr->id, err);
}
