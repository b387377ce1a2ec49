/* Copying a directory of an image with owners, modes and times. */
#include "core/volume/copy_up.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"

#define MAX_DEPTH 256
#define MAX_XATTR 65536

static int failed(const char *what, const char *name, struct error **err)
{
    return error_set(err, ERROR_INTERNAL, errno, "copying the image's content into a volume: %s %s", what, name);
}

static void copy_xattrs(int from, int to)
{
    autofree char *names = mem_alloc(MAX_XATTR), *value = mem_alloc(MAX_XATTR);
    ssize_t len = flistxattr(from, names, MAX_XATTR);
    for (char *name = names; len > 0 && name < names + len; name += strlen(name) + 1) {
        ssize_t size = fgetxattr(from, name, value, MAX_XATTR);
        if (size >= 0 && strncmp(name, "trusted.overlay.", 16))
            fsetxattr(to, name, value, (size_t)size, 0); /* a file system without them is no reason to fail */
    }
}

/* Owner before mode: chown clears setuid. */
static int copy_attributes(int from, int to, const struct stat *st, const char *name, struct error **err)
{
    const struct timespec times[] = { st->st_atim, st->st_mtim };
    if (fchown(to, st->st_uid, st->st_gid) < 0 || fchmod(to, st->st_mode & 07777) < 0)
        return failed("giving its owner and mode to", name, err);
    copy_xattrs(from, to);
    futimens(to, times);
    return 0;
}

static int copy_file(int from_dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
    autofd from = openat(from_dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    autofd to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (from < 0 || to < 0 || fd_copy_raw(from, to, 0) < 0)
        return failed("copying", name, err);
    return copy_attributes(from, to, st, name, err);
}

static int copy_link(int from_dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
    char target[4096];
    ssize_t len = readlinkat(from_dir, name, target, sizeof target - 1);
    if (len < 0)
        return failed("reading the link", name, err);
    target[len] = '\0';
    if (symlinkat(target, to_dir, name) < 0 || fchownat(to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
        return failed("making the link", name, err);
    return 0;
}

static int copy_node(int to_dir, const char *name, const struct stat *st, struct error **err)
{
    if (mknodat(to_dir, name, st->st_mode, st->st_rdev) < 0 || fchownat(to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
        return failed("making", name, err);
    return 0;
}

static int copy_children(int from, int to, int depth, struct error **err);

static int copy_entry(int from_dir, int to_dir, const char *name, int depth, struct error **err)
{
    struct stat st;
    if (fstatat(from_dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return failed("looking at", name, err);
    if (S_ISREG(st.st_mode))
        return copy_file(from_dir, to_dir, name, &st, err);
    if (S_ISLNK(st.st_mode))
        return copy_link(from_dir, to_dir, name, &st, err);
    if (!S_ISDIR(st.st_mode))
        return S_ISSOCK(st.st_mode) ? 0 : copy_node(to_dir, name, &st, err);
    if (depth == MAX_DEPTH)
        return error_set(err, ERROR_INVALID, 0, "copying the image's content into a volume: more than %d levels deep", MAX_DEPTH);
    if (mkdirat(to_dir, name, 0700) < 0)
        return failed("making", name, err);
    autofd from = openat(from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    autofd to = openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0 || to < 0)
        return failed("opening", name, err);
    if (copy_children(from, to, depth + 1, err) < 0)
        return -1;
    return copy_attributes(from, to, &st, name, err);
}

static int copy_children(int from, int to, int depth, struct error **err)
{
    DIR *dir = fdopendir(fcntl(from, F_DUPFD_CLOEXEC, 0));
    if (!dir)
        return failed("reading", "a directory", err);
    int rc = 0;
    for (struct dirent *entry; !rc && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            rc = copy_entry(from, to, entry->d_name, depth, err);
    closedir(dir);
    return rc;
}

int copy_tree(int from, int to, struct error **err)
{
    return copy_children(from, to, 0, err);
}

int copy_directory_attributes(int from, int to, const char *name, struct error **err)
{
    struct stat st;
    return fstat(from, &st) < 0 ? failed("looking at", name, err) : copy_attributes(from, to, &st, name, err);
}
