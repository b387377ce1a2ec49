#include "core/store/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"

struct removal {
    int top;
    unsigned long lifted; /* names the directories that were moved up */
};

static DIR *open_directory(int at, const char *name)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        fd_close(fd);
    return dir;
}

static bool is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

/* 0: gone, 1: a directory with something in it, -1 with errno. */
static int remove_one(int at, const char *name)
{
    if (!unlinkat(at, name, 0) || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -1;
    if (!unlinkat(at, name, AT_REMOVEDIR) || errno == ENOENT)
        return 0;
    return errno == ENOTEMPTY || errno == EEXIST ? 1 : -1;
}

static int lift(struct removal *removal, int from, const char *name)
{
    char to[32];
    do
        snprintf(to, sizeof to, "lifted-%lu", removal->lifted++);
    while (renameat2(from, name, removal->top, to, RENAME_NOREPLACE) < 0 && errno == EEXIST);
    return faccessat(removal->top, to, F_OK, AT_SYMLINK_NOFOLLOW);
}

/* Takes everything out of one directory below the top. */
static int empty_directory(struct removal *removal, const char *name)
{
    DIR *dir = open_directory(removal->top, name);
    if (!dir)
        return -1;
    int rc = 0;
    struct dirent *entry;
    while (!rc && (errno = 0, entry = readdir(dir))) {
        if (is_dots(entry->d_name))
            continue;
        rc = remove_one(dirfd(dir), entry->d_name);
        if (rc > 0)
            rc = lift(removal, dirfd(dir), entry->d_name);
    }
    int saved = errno;
    closedir(dir);
    errno = saved;
    return rc || saved ? -1 : 0;
}

/* One walk over the top. Returns how many entries it met: those lifted meanwhile may be missed. */
static int walk_top(struct removal *removal, DIR *dir)
{
    int met = 0;
    struct dirent *entry;
    rewinddir(dir);
    while ((errno = 0, entry = readdir(dir))) {
        if (is_dots(entry->d_name))
            continue;
        met = 1;
        int rc = remove_one(removal->top, entry->d_name);
        if (rc > 0)
            rc = empty_directory(removal, entry->d_name);
        if (rc < 0)
            return -1;
    }
    return errno ? -1 : met;
}

int tree_remove(const char *path, struct error **err)
{
    if (!unlink(path) || errno == ENOENT)
        return 0;
    DIR *dir = open_directory(AT_FDCWD, path);
    if (!dir)
        return errno == ENOENT ? 0 : error_set(err, ERROR_INTERNAL, errno, "removing %s", path);
    struct removal removal = { .top = dirfd(dir) };
    int rc;
    while ((rc = walk_top(&removal, dir)) > 0)
        ;
    int saved = errno;
    closedir(dir);
    if (rc < 0)
        return error_set(err, ERROR_INTERNAL, saved, "removing what is in %s", path);
    if (rmdir(path) < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "removing %s", path);
    return 0;
}
