#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/store/internal.h"

/* The clone shows what is below the mount on overlay/, which must be the same directory and no other file system. */
static bool shows_the_same(struct store *store, int clone)
{
    struct stat there, below;
    return !stat(store->home, &there) && !fstatat(clone, "overlay", &below, AT_SYMLINK_NOFOLLOW) &&
           there.st_dev == below.st_dev && there.st_ino == below.st_ino;
}

int store_move(struct store *store, const char *from, const char *to)
{
    autofree char *whole_from = store_path(store, "%s", from);
    autofree char *whole_to = store_path(store, "%s", to);
    if (!rename(whole_from, whole_to))
        return 0;
    if (errno != EXDEV)
        return -1;
    /* Nothing can be renamed across mounts, even of one directory. A private view of ROOT alone has no mount on
     * overlay/. */
    autofd clone = (int)syscall(SYS_open_tree, AT_FDCWD, store->root, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (clone < 0 || !shows_the_same(store, clone)) {
        errno = EXDEV;
        return -1;
    }
    return renameat(clone, from, clone, to);
}
