#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/archive/decompress.h"
#include "core/archive/tar.h"
#include "core/archive/unpack.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/archive.h"
#include "core/container/files/archive_error.h"
#include "core/container/files/view.h"
#include "core/container/rules/rules.h"
#include "core/oci/oci.h"

int container_archive_fail(const struct container *ctr, const char *path, int sys_errno, struct error **err)
{
    if (sys_errno == ENOENT)
        return error_set_about(err, ERROR_NOT_FOUND, "path", path, "Could not find the file %s in container %s", path, ctr->id);
    bool theirs = sys_errno == ENOTDIR || sys_errno == ELOOP || sys_errno == ENAMETOOLONG || sys_errno == EXDEV;
    return error_set(err, theirs ? ERROR_INVALID : ERROR_INTERNAL, sys_errno, "path: %.200s in container %s", path, ctr->id);
}

/* ---- where to ---- */

/* By the mount it is on, which tells the root from volumes in it. */
static unsigned long long mount_id(int fd)
{
    struct statx st;
    return statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) == 0 ? st.stx_mnt_id : 0;
}

static int check_writable(const struct container_view *view, int fd, struct error **err)
{
    struct statvfs fs;
    bool in_root = mount_id(fd) == mount_id(view->root);
    bool fixed = fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
    if (!fixed && !(in_root && view->ctr->spec->readonly_rootfs))
        return 0;
    return error_set(err, ERROR_FORBIDDEN, 0, in_root ? "container rootfs is marked read-only" : "mounted volume is marked read-only");
}

static int check_place(const struct container_view *view, const char *path, bool make, struct error **err)
{
    autofd fd = path_open_in(view->root, path, O_PATH | O_DIRECTORY, 0);
    if (fd < 0 && errno == ENOENT && make) {
        if (check_writable(view, view->root, err) < 0)
            return -1;
        fd = path_mkdirs_in(view->root, path, 0755);
    }
    if (fd < 0 && (errno == ENOTDIR || errno == EEXIST))
        return error_set(err, ERROR_INVALID, 0, "path: \"%.200s\" in container %s: extraction point is not a directory", path, view->ctr->id);
    return fd < 0 ? container_archive_fail(view->ctr, path, errno, err) : check_writable(view, fd, err);
}

/* ---- what ---- */

static int unpack(const struct container_view *view, const struct source *from, const struct unpack_options *options, struct error **err)
{
    autodecompress struct decompress *plain = decompress_open(from, err);
    if (!plain)
        return -1;
    const struct source archive = decompress_source(plain);
    autotar struct tar_reader *tar = tar_open(&archive, NULL);
    autofd root = path_open_in(view->root, ".", O_PATH | O_DIRECTORY, 0);
    if (unpack_tar(root, tar, options, NULL, err) == 0)
        return tar_finish(tar, err);
    if ((*err)->kind == ERROR_CONFLICT)
        (*err)->kind = ERROR_INVALID;
    if ((*err)->sys_errno == EROFS)
        (*err)->kind = ERROR_FORBIDDEN;
    return -1;
}

static int put_all(const struct container_view *view, struct arena *arena, const struct container_put *put, const struct source *from,
                   struct error **err)
{
    int64_t uid = 0, gid = 0;
    if (container_view_mapping(view)) /* who writes through a mapped mount has to be somebody there */
        return error_set(err, ERROR_UNSUPPORTED, 0, "container %s maps its users: files are put into it while it does not run", view->ctr->id);
    const char *base = path_clean(arena, put->path);
    if (check_place(view, base, put->make, err) < 0 ||
        (put->owned_by_user && oci_user(arena, view->ctr, view->rootfs, &uid, &gid, err) < 0))
        return -1;
    const uid_t owner = (uid_t)uid;
    const gid_t group = (gid_t)gid;
    const struct unpack_options options = {
        .base = base,
        .keep_base = true,
        .keep_directories = put->keep_directories,
        .rename = put->rename,
        .uid = put->owned_by_user ? &owner : NULL,
        .gid = put->owned_by_user ? &group : NULL,
    };
    return unpack(view, from, &options, err);
}

int container_archive_put(struct engine *engine, const struct container_rules *rules, const char *key, const struct container_put *put,
                          const struct source *from, struct error **err)
{
    autoarena *arena = arena_new();
    struct container_view view;
    if (str_empty(put->path))
        return error_set(err, ERROR_INVALID, 0, "path: cannot be empty");
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr || (rules && container_rules_check(engine, rules, ctr, err) < 0))
        return -1;
    int rc = container_view_open(engine, arena, ctr, &view, err);
    if (rc == 0)
        rc = put_all(&view, arena, put, from, err);
    container_view_close(&view);
    return rc;
}
