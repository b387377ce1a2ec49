#include "core/container/userns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"

#define MAPS_MAX 340 /* lines the kernel takes */
#define ID_END INT64_C(4294967295) /* no user: (uid_t)-1 */
#define NOBODY 65534

/* Their root has to walk to a root that it does not own; RUNROOT is for root alone. */
#define ROOTS "/run/coracle-userns"

/* ---- maps ---- */

static bool overlap(int64_t a, int64_t b, const struct container_id_map *one, const struct container_id_map *other)
{
    return a < b + other->size && b < a + one->size;
}

static int check_maps(const char *field, const struct container_id_map *maps, size_t count, struct error **err)
{
    bool root = false;
    if (count > MAPS_MAX)
        return error_set(err, ERROR_INVALID, 0, "%s: %zu ranges: expected at most %d", field, count, MAPS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct container_id_map *map = &maps[i];
        if (map->container < 0 || map->host < 0 || map->size < 1 || map->container > ID_END - map->size || map->host > ID_END - map->size)
            return error_set(err, ERROR_INVALID, 0, "%s: %lld:%lld:%lld is not valid: expected ids below 4294967295 and a size", field,
                             (long long)map->container, (long long)map->host, (long long)map->size);
        for (size_t j = 0; j < i; j++)
            if (overlap(map->container, maps[j].container, map, &maps[j]) || overlap(map->host, maps[j].host, map, &maps[j]))
                return error_set(err, ERROR_INVALID, 0, "%s: %lld:%lld:%lld overlaps %lld:%lld:%lld", field, (long long)map->container,
                                 (long long)map->host, (long long)map->size, (long long)maps[j].container, (long long)maps[j].host,
                                 (long long)maps[j].size);
        root |= map->container == 0;
    }
    return root ? 0 : error_set(err, ERROR_INVALID, 0, "%s: nothing stands for the container's root: expected a range that begins at 0", field);
}

int userns_check(const struct container_spec *spec, struct error **err)
{
    if (!spec->uid_maps.count && !spec->gid_maps.count)
        return 0;
    if (check_maps("idmappings.UIDMap", spec->uid_maps.items, spec->uid_maps.count, err) < 0)
        return -1;
    return check_maps("idmappings.GIDMap", spec->gid_maps.items, spec->gid_maps.count, err);
}

static int64_t host_id(const struct container_id_map *maps, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (id >= maps[i].container && id - maps[i].container < maps[i].size)
            return maps[i].host + (id - maps[i].container);
    return count ? -1 : id;
}

int64_t userns_host_uid(const struct container_spec *spec, int64_t uid)
{
    return host_id(spec->uid_maps.items, spec->uid_maps.count, uid);
}

int64_t userns_host_gid(const struct container_spec *spec, int64_t gid)
{
    return host_id(spec->gid_maps.items, spec->gid_maps.count, gid);
}

static unsigned own_id(const struct container_id_map *maps, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (id >= maps[i].host && id - maps[i].host < maps[i].size)
            return (unsigned)(maps[i].container + (id - maps[i].host));
    return NOBODY;
}

void userns_show_owner(const void *spec, uid_t *uid, gid_t *gid)
{
    const struct container_spec *maps = spec;
    *uid = own_id(maps->uid_maps.items, maps->uid_maps.count, *uid);
    *gid = own_id(maps->gid_maps.items, maps->gid_maps.count, *gid);
}

/* ---- making ---- */

/* A process in new namespaces, until the other end of *ret_hold is closed. Between fork and exit nothing may allocate or
 * lock: other threads may hold any lock at the fork. */
static pid_t begin(int flags, int *ret_hold)
{
    int ready[2], hold[2];
    char byte = 0;
    if (pipe2(ready, O_CLOEXEC) < 0)
        return -1;
    if (pipe2(hold, O_CLOEXEC) < 0) {
        fd_close(ready[0]);
        fd_close(ready[1]);
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(hold[1]);
        byte = unshare(flags) < 0 ? (char)errno : 0;
        if (write(ready[1], &byte, 1) == 1 && !byte)
            while (read(hold[0], &byte, 1) < 0 && errno == EINTR)
                ;
        _exit(0);
    }
    int failure = errno;
    fd_close(ready[1]);
    fd_close(hold[0]);
    if (pid > 0 && (read(ready[0], &byte, 1) != 1 || byte)) {
        failure = byte ? byte : EIO;
        waitpid(pid, NULL, 0);
        pid = -1;
    }
    fd_close(ready[0]);
    if (pid < 0)
        fd_close(hold[1]);
    else
        *ret_hold = hold[1];
    errno = failure;
    return pid;
}

/* One write, as the kernel wants it. */
static int write_map(struct arena *arena, pid_t pid, const char *file, const struct container_id_map *maps, size_t count, struct error **err)
{
    const char *path = arena_printf(arena, "/proc/%d/%s", (int)pid, file);
    autobuf text = BUF(1u << 16);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%lld %lld %lld\n", (long long)maps[i].container, (long long)maps[i].host, (long long)maps[i].size);
    autofd fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text.data, text.len) != (ssize_t)text.len)
        return error_set(err, ERROR_INTERNAL, errno, "writing the ids of the user namespace to %s", path);
    return 0;
}

static int keep(struct engine *engine, struct arena *arena, const struct container *ctr, pid_t pid, struct userns *userns, struct error **err)
{
    const char *dir = arena_printf(arena, "%s/userns", engine->run_dir), *from = arena_printf(arena, "/proc/%d/ns/user", (int)pid);
    userns->path = arena_printf(arena, "%s/%s", dir, ctr->id);
    if (path_mkdirs(dir, 0700, err) < 0)
        return -1;
    autofd place = open(userns->path, O_RDONLY | O_CREAT | O_CLOEXEC, 0400);
    if (place < 0 || mount(from, userns->path, NULL, MS_BIND, NULL) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "keeping the user namespace at %s", userns->path);
    userns->fd = open(from, O_RDONLY | O_CLOEXEC);
    userns->netns = open(arena_printf(arena, "/proc/%d/ns/net", (int)pid), O_RDONLY | O_CLOEXEC);
    if (userns->fd < 0 || userns->netns < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening the namespaces of process %d", (int)pid);
    return 0;
}

int userns_make(struct engine *engine, struct arena *arena, const struct container *ctr, struct userns *ret_userns, struct error **err)
{
    const struct container_spec *spec = ctr->spec;
    autofd hold = -1;
    *ret_userns = USERNS_NONE;
    if (!spec->uid_maps.count)
        return 0;
    userns_release(engine, arena, ctr->id); /* of a start that was killed */
    pid_t pid = begin(CLONE_NEWUSER | CLONE_NEWNET, &hold);
    if (pid < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a user namespace");
    int rc = -1;
    if (write_map(arena, pid, "uid_map", spec->uid_maps.items, spec->uid_maps.count, err) == 0 &&
        write_map(arena, pid, "gid_map", spec->gid_maps.items, spec->gid_maps.count, err) == 0)
        rc = keep(engine, arena, ctr, pid, ret_userns, err);
    fd_close(hold);
    hold = -1;
    waitpid(pid, NULL, 0);
    return rc;
}

void userns_close(struct userns *userns)
{
    if (userns->fd >= 0)
        fd_close(userns->fd);
    if (userns->netns >= 0)
        fd_close(userns->netns);
    userns->fd = userns->netns = -1;
}

/* ---- what the container's root finds ---- */

int userns_show_root(struct engine *engine, struct arena *arena, const struct container *ctr, const char *rootfs, const char **ret_path,
                     struct error **err)
{
    (void)engine;
    *ret_path = rootfs;
    if (!ctr->spec->uid_maps.count)
        return 0;
    *ret_path = arena_printf(arena, "%s/%s", ROOTS, ctr->id);
    if (path_mkdirs(ROOTS, 0711, err) < 0 || path_mkdirs(*ret_path, 0711, err) < 0)
        return -1;
    if (mount(rootfs, *ret_path, NULL, MS_BIND, NULL) < 0 || mount(NULL, *ret_path, NULL, MS_PRIVATE, NULL) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting the root at %s", *ret_path);
    return 0;
}

int userns_give_files(struct arena *arena, const struct container_spec *spec, const char *dir, struct error **err)
{
    static const char *const names[] = { "hosts", "hostname", "resolv.conf", ".containerenv" };
    uid_t uid = (uid_t)userns_host_uid(spec, 0);
    gid_t gid = (gid_t)userns_host_gid(spec, 0);
    for (size_t i = 0; spec->uid_maps.count && i < sizeof names / sizeof *names; i++) {
        const char *path = arena_printf(arena, "%s/%s", dir, names[i]);
        struct stat st;
        if (lstat(path, &st) < 0 || st.st_nlink > 1) /* missing, or shared with a container that is not mapped so */
            continue;
        if (lchown(path, uid, gid) < 0)
            return error_set(err, ERROR_INTERNAL, errno, "changing the owner of %s", path);
    }
    return 0;
}

void userns_release(struct engine *engine, struct arena *arena, const char *id)
{
    const char *root = arena_printf(arena, "%s/%s", ROOTS, id), *kept = arena_printf(arena, "%s/userns/%s", engine->run_dir, id);
    if (path_exists(root)) {
        while (umount2(root, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
            ;
        rmdir(root);
    }
    if (path_exists(kept)) {
        while (umount2(kept, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
            ;
        unlink(kept);
    }
}
