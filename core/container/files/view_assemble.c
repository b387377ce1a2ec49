/*
 * The files of a container that does not run: its root with volumes and binds in their places, in a mount namespace that
 * nobody else sees. It needs no clearing up: it ends with its last descriptor, also when we are killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/confined.h"
#include "core/container/files/root.h"
#include "core/container/files/view.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/store/store.h"
#include "core/volume/job.h"
#include "core/volume/volume.h"

struct piece {
    int tree; /* a copy of the mount, attached nowhere */
    const char *target;
    bool readonly, directory;
};

struct assembly {
    const char *rootfs;
    struct piece *pieces;
    size_t count;
    int root, namespace;
    int failure; /* errno */
    const char *at; /* what failed */
};

/* ---- sources ---- */

/* @fd: what is to be seen at the target; borrowed */
static int add_piece(struct assembly *assembly, int fd, const char *target, bool readonly, struct error **err)
{
    struct stat st;
    autofd tree = open_tree(fd, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0 || fstat(tree, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "copying the mount for %s", target);
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
    if (readonly && mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof attr) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making the mount for %s read-only", target);
    assembly->pieces[assembly->count++] = (struct piece){ fd_take(&tree), target, readonly, S_ISDIR(st.st_mode) };
    return 0;
}

/* What a start would throw away is not taken. */
static bool stays(const struct container_mount *mount)
{
    return mount->readonly || mount->overlay;
}

static int add_volume(struct arena *arena, struct container_view *view, struct assembly *assembly, size_t i, struct error **err)
{
    const struct container_mount *mount = &view->ctr->mounts.items[i];
    struct volume *volume = &view->volumes[view->job_count];
    if (volume_find(view->engine, arena, view->ctr->volume_names.items[i], volume, err) < 0)
        return -1;
    struct volume_job *job = &view->jobs[view->job_count++];
    if (volume_job_begin(view->engine, arena, volume, job, err) < 0)
        return -1;
    if (str_empty(mount->subpath))
        return container_use_volume(view->engine, arena, view->ctr, mount, volume, assembly->rootfs, err) < 0
                   ? -1
                   : add_piece(assembly, job->root, mount->target, stays(mount), err);
    autofd fd = path_open_in(job->root, mount->subpath, O_PATH, 0);
    return fd < 0 ? 0 : add_piece(assembly, fd, mount->target, stays(mount), err); /* a start would say that it is missing */
}

static int add_bind(struct assembly *assembly, const struct container_mount *mount, struct error **err)
{
    autofd fd = str_empty(mount->beneath) ? open(mount->source, O_PATH | O_CLOEXEC) : confined_open(mount);
    return fd < 0 ? 0 : add_piece(assembly, fd, mount->target, stays(mount), err);
}

static bool is_target(const struct container *ctr, const char *path)
{
    for (size_t i = 0; i < ctr->mounts.count; i++)
        if (!strcmp(ctr->mounts.items[i].target, path))
            return true;
    return false;
}

/* What a start puts there; empty before the first one. */
static int add_file(struct arena *arena, struct container_view *view, struct assembly *assembly, const char *name, const char *target,
                    struct error **err)
{
    const char *dir = store_container_run_dir(view->engine->store, arena, view->ctr->id);
    if (is_target(view->ctr, target))
        return 0;
    autofd fd = open(arena_printf(arena, "%s/%s", dir, name), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        return add_piece(assembly, fd, target, false, err);
    if (path_mkdirs(dir, 0700, err) < 0)
        return -1;
    autofd empty = open(arena_printf(arena, "%s/empty", dir), O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (empty < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s/empty", dir);
    return add_piece(assembly, empty, target, true, err);
}

static int add_files(struct arena *arena, struct container_view *view, struct assembly *assembly, struct error **err)
{
    const struct container_spec *spec = view->ctr->spec;
    if ((!spec->no_hosts && add_file(arena, view, assembly, "hosts", "/etc/hosts", err) < 0) ||
        (!spec->no_resolv && add_file(arena, view, assembly, "resolv.conf", "/etc/resolv.conf", err) < 0))
        return -1;
    return spec->no_hostname ? 0 : add_file(arena, view, assembly, "hostname", "/etc/hostname", err);
}

static int add_pieces(struct arena *arena, struct container_view *view, struct assembly *assembly, struct error **err)
{
    const struct container *ctr = view->ctr;
    assembly->pieces = arena_array(arena, ctr->mounts.count + 3, sizeof *assembly->pieces);
    view->jobs = arena_array(arena, ctr->mounts.count + 1, sizeof *view->jobs);
    view->volumes = arena_array(arena, ctr->mounts.count + 1, sizeof *view->volumes);
    if (add_files(arena, view, assembly, err) < 0)
        return -1;
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        if (!strcmp(mount->type, "volume") ? add_volume(arena, view, assembly, i, err) < 0
                                           : !strcmp(mount->type, "bind") && add_bind(assembly, mount, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- in a thread of its own ---- */

/* The place of a piece, made as a start would make it. -1 with errno */
static int open_target(int root, const struct piece *piece)
{
    autofd fd = path_open_in(root, piece->target, O_PATH, 0);
    if (fd >= 0 || errno != ENOENT)
        return fd_take(&fd);
    const char *base = path_base(piece->target);
    autofree char *directory = mem_strndup(piece->target, (size_t)(base - piece->target));
    if (piece->directory)
        return path_mkdirs_in(root, piece->target, 0755);
    autofd parent = path_mkdirs_in(root, directory, 0755);
    autofd made = parent < 0 ? -1 : openat(parent, base, O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0755);
    return made < 0 ? -1 : path_open_in(root, piece->target, O_PATH, 0);
}

static int place(struct assembly *assembly, const struct piece *piece)
{
    struct stat st;
    autofd target = open_target(assembly->root, piece);
    assembly->at = piece->target;
    if (target < 0 || fstat(target, &st) < 0)
        return -1;
    if (!S_ISDIR(st.st_mode) != !piece->directory) {
        errno = piece->directory ? ENOTDIR : EISDIR;
        return -1;
    }
    return move_mount(piece->tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/* All other mounts of the machine go from this namespace, so that they can end while it lives. */
static void leave_the_rest(int root)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && fchdir(root) == 0 && syscall(SYS_pivot_root, ".", ".") == 0)
        umount2(".", MNT_DETACH);
}

static int assemble(struct assembly *assembly)
{
    assembly->at = "a mount namespace";
    if (unshare(CLONE_NEWNS) < 0)
        return -1;
    assembly->namespace = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
    assembly->at = assembly->rootfs;
    if (assembly->namespace < 0 || mount(NULL, assembly->rootfs, NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -1;
    assembly->root = open(assembly->rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (assembly->root < 0)
        return -1;
    for (size_t i = 0; i < assembly->count; i++)
        if (place(assembly, &assembly->pieces[i]) < 0)
            return -1;
    leave_the_rest(assembly->root);
    return 0;
}

static void *run_assembly(void *context)
{
    struct assembly *assembly = context;
    if (assemble(assembly) < 0)
        assembly->failure = errno;
    return NULL;
}

int container_view_assemble(struct arena *arena, struct container_view *view, struct error **err)
{
    struct assembly assembly = { .root = -1, .namespace = -1 };
    pthread_t thread;
    int rc = container_root_hold(view->engine, arena, view->ctr, view->user, &assembly.rootfs, err);
    if (rc == 0)
        rc = add_pieces(arena, view, &assembly, err);
    if (rc == 0) {
        assembly.failure = pthread_create(&thread, NULL, run_assembly, &assembly);
        if (!assembly.failure)
            pthread_join(thread, NULL);
        if (assembly.failure)
            rc = error_set(err, ERROR_INTERNAL, assembly.failure, "container %s: %s cannot be shown", view->ctr->id,
                           str_or(assembly.at, "its root"));
    }
    for (size_t i = 0; i < assembly.count; i++)
        fd_close(assembly.pieces[i].tree);
    view->root = assembly.root;
    view->namespace = assembly.namespace;
    view->rootfs = assembly.rootfs;
    return rc;
}
