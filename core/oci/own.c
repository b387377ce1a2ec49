#include "core/oci/own.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"

#define DEPTH_MAX 512

struct owner {
    uid_t uid;
    gid_t gid;
    dev_t device;
};

static int own_one(int dir, const char *name, const struct stat *st, const struct owner *owner)
{
    if (st->st_uid == owner->uid && st->st_gid == owner->gid)
        return 0;
    return fchownat(dir, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
}

static int own_children(int fd, const struct owner *owner, int depth);

static int own_entry(int dir, const char *name, const struct owner *owner, int depth)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : -1;
    if (st.st_dev != owner->device)
        return 0;
    if (own_one(dir, name, &st, owner) < 0)
        return errno == ENOENT ? 0 : -1;
    if (!S_ISDIR(st.st_mode))
        return 0;
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -1 : own_children(fd, owner, depth + 1);
}

/* Takes the descriptor over. */
static int own_children(int fd, const struct owner *owner, int depth)
{
    DIR *dir = depth < DEPTH_MAX ? fdopendir(fd) : NULL;
    if (!dir) {
        fd_close(fd);
        return -1;
    }
    int rc = 0;
    struct dirent *entry;
    while (!rc && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            rc = own_entry(dirfd(dir), entry->d_name, owner, depth);
    int saved = errno;
    closedir(dir);
    errno = saved;
    return rc;
}

static int is_system(const char *path)
{
    static const char *const places[] = { "/",     "/bin",     "/boot",    "/dev", "/etc",    "/home",
                                          "/lib",  "/lib64",   "/media",   "/mnt", "/opt",    "/proc",
                                          "/root", "/run",     "/sbin",    "/srv", "/sys",    "/tmp",
                                          "/usr",  "/usr/bin", "/usr/lib", "/var", "/var/lib" };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (!strcmp(path, places[i]))
            return 1;
    return 0;
}

int own_tree(const char *path, int64_t uid, int64_t gid, struct error **err)
{
    autofree char *real = realpath(path, NULL);
    struct stat st;
    autofd fd = real ? open(real, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set(err, ERROR_INVALID, errno, "mounts: option U: %s", path);
    if (is_system(real))
        return error_set(err, ERROR_INVALID, 0, "mounts: option U: the owner of %s is not to be changed", real);
    struct owner owner = { .uid = (uid_t)uid, .gid = (gid_t)gid, .device = st.st_dev };
    int rc = own_one(fd, "", &st, &owner);
    if (!rc && S_ISDIR(st.st_mode)) {
        int readable = open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        rc = readable < 0 ? -1 : own_children(readable, &owner, 0);
    }
    return rc < 0 ? error_set(err, ERROR_INTERNAL, errno, "changing the owner of %s", path) : 0;
}
