#include "core/store/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/store/internal.h"

static int mount_mapped(const struct store *store, const char *path, int userns)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)userns };
    autofd tree = (int)syscall(SYS_open_tree, AT_FDCWD, store->home, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof attr) < 0)
        return -1;
    return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

int mapped_home_make(struct store *store, const char *id, int userns, struct mapped_home *ret_home, struct error **err)
{
    struct stat st;
    ret_home->path = store_run_path(store, "coracle/mapped/%s", id);
    if (path_mkdirs(ret_home->path, 0700, err) < 0)
        return -1;
    if (mount_mapped(store, ret_home->path, userns) < 0)
        return error_set(err, errno == EINVAL || errno == ENOSYS ? ERROR_UNSUPPORTED : ERROR_INTERNAL, errno,
                         "user namespace: %s cannot be mounted with a mapping of users", store->home);
    if (stat(ret_home->path, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "looking at %s", ret_home->path);
    ret_home->uid = st.st_uid;
    ret_home->gid = st.st_gid;
    return 0;
}

static void unmount(const char *path)
{
    while (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
        ;
    rmdir(path);
}

void mapped_home_clear(struct store *store, const char *id)
{
    autofree char *path = store_run_path(store, "coracle/mapped/%s", id);
    if (path_exists(path))
        unmount(path);
}

void mapped_home_remove(struct mapped_home *home)
{
    if (!home->path)
        return;
    unmount(home->path);
    free(home->path);
    home->path = NULL;
}

/* The library's functions would change every thread. */
int mapped_home_act(const struct mapped_home *home)
{
    if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
        return -1;
    syscall(SYS_setfsgid, home->gid);
    syscall(SYS_setfsuid, home->uid);
    if ((uid_t)syscall(SYS_setfsuid, -1) == home->uid && (gid_t)syscall(SYS_setfsgid, -1) == home->gid)
        return 0;
    errno = EPERM;
    return -1;
}
