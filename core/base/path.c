#include "core/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/mem.h"

/* mkdir(2), to which an existing directory is fine as well; anything else of that name is ENOTDIR. */
static int make_directory(const char *path, mode_t mode)
{
    struct stat st;
    if (!mkdir(path, mode))
        return 0;
    if (errno != EEXIST)
        return -1;
    if (!stat(path, &st) && S_ISDIR(st.st_mode))
        return 0;
    errno = ENOTDIR;
    return -1;
}

int path_mkdirs(const char *path, mode_t mode, struct error **err)
{
    if (!make_directory(path, mode))
        return 0;
    if (errno == ENOENT) {
        autofree char *parent = mem_strdup(path);
        char *slash = strrchr(parent, '/');
        if (slash && slash != parent) {
            *slash = '\0';
            if (path_mkdirs(parent, mode, err) < 0)
                return -1;
            if (!make_directory(path, mode))
                return 0;
        }
    }
    return error_set(err, ERROR_INTERNAL, errno, "creating directory %s", path);
}

char *path_read(const char *path, size_t max, size_t *ret_len, struct error **err)
{
    autofd fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_set(err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_INTERNAL, errno, "opening %s", path);
        return NULL;
    }
    autobuf text = BUF(max);
    struct stat st;
    if (!fstat(fd, &st) && st.st_size > 0 && (size_t)st.st_size < max)
        buf_reserve(&text, (size_t)st.st_size);
    if (fd_read_all(fd, &text, path, err) < 0)
        return NULL;
    if (ret_len)
        *ret_len = text.len;
    return buf_take(&text);
}

/* @temporary: beside @path, opened as @fd */
static int write_and_rename(int fd, const char *temporary, const char *path, const void *data, size_t len, bool durable,
                            struct error **err)
{
    if (fd_write_all(fd, data, len, temporary, err) < 0)
        goto undo;
    if (durable && fdatasync(fd) < 0) {
        error_set(err, ERROR_INTERNAL, errno, "syncing %s", temporary);
        goto undo;
    }
    if (rename(temporary, path) < 0) {
        error_set(err, ERROR_INTERNAL, errno, "renaming %s to %s", temporary, path);
        goto undo;
    }
    return 0;
undo:
    unlink(temporary);
    return -1;
}

int path_write_atomic(const char *path, const void *data, size_t len, mode_t mode, bool durable, struct error **err)
{
    char suffix[9];
    id_random_short(suffix, 8);
    const char *base = path_base(path);
    autofree char *temporary = mem_printf("%.*s.tmp-%s%s", (int)(base - path), path, base, suffix);
    autofd fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", temporary);
    return write_and_rename(fd, temporary, path, data, len, durable, err);
}

int path_write_atomic_alone(const char *path, const void *data, size_t len, mode_t mode, bool durable, struct error **err)
{
    const char *base = path_base(path);
    autofree char *temporary = mem_printf("%.*s.tmp-%s", (int)(base - path), path, base);
    autofd fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", temporary);
    return write_and_rename(fd, temporary, path, data, len, durable, err);
}

int path_write_inplace(const char *path, const void *data, size_t len, mode_t mode, struct error **err)
{
    autofd fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", path);
    return fd_write_all(fd, data, len, path, err);
}

/* A mount point, a bind mount of the same file system too, gives EXDEV: what is mounted there is somebody else's. */
static int open_unmounted(int parent, const char *name)
{
    struct open_how how = {
        .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
        .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
    };
    return (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
}

/* A tree may be deeper than we have stack and descriptors: from here on directories are moved up to the top first. */
#define REMOVE_MAX_DEPTH 32

static int remove_directory(int parent, const char *name, int top, unsigned depth);

static int remove_entry(int dir, const char *name, int top, unsigned depth)
{
    if (!unlinkat(dir, name, 0) || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -1;
    if (depth < REMOVE_MAX_DEPTH)
        return remove_directory(dir, name, top, depth + 1);
    char moved[] = ".removing-xxxxxxxxxxxxxxxx";
    id_random_short(strchr(moved, 'x'), 16);
    return renameat(dir, name, top, moved);
}

/* @fd is owned by the stream opened on it. @ret_found: whether there was anything */
static int remove_children(int fd, int top, unsigned depth, bool *ret_found)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        fd_close(fd);
        return -1;
    }
    int rc = 0;
    struct dirent *entry;
    *ret_found = false;
    while (!rc && (errno = 0, entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        *ret_found = true;
        rc = remove_entry(dirfd(dir), entry->d_name, top, depth);
    }
    if (!rc && errno)
        rc = -1;
    int saved = errno;
    closedir(dir);
    errno = saved;
    return rc;
}

static int remove_directory(int parent, const char *name, int top, unsigned depth)
{
    int fd = open_unmounted(parent, name);
    bool found;
    if (fd < 0)
        return errno == ENOENT ? 0 : -1;
    if (remove_children(fd, top, depth, &found) < 0)
        return -1;
    return unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -1 : 0;
}

int path_remove_tree(const char *path, struct error **err)
{
    if (!unlink(path) || errno == ENOENT)
        return 0;
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    autofree char *tree = mem_strndup(path, len), *parent = mem_strndup(path, (size_t)(path_base(tree) - tree));
    autofd dir = open(*parent ? parent : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    autofd top = dir < 0 ? -1 : open_unmounted(dir, path_base(tree));
    if (top < 0)
        return errno == ENOENT ? 0 : error_set(err, ERROR_INTERNAL, errno, "removing %s", path);
    for (bool found = true; found;) {
        int again = openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (again < 0 || remove_children(again, top, 0, &found) < 0)
            return error_set(err, ERROR_INTERNAL, errno, "removing what is in %s", path);
    }
    if (rmdir(path) < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "removing %s", path);
    return 0;
}

size_t path_count(const char *path)
{
    size_t count = 0;
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += *entry->d_name != '.';
    if (dir)
        closedir(dir);
    return count;
}

bool path_exists(const char *path)
{
    return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int open_resolved(int root, const char *path, int flags, mode_t mode, unsigned long long resolve)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .mode = flags & (O_CREAT | __O_TMPFILE) ? mode : 0,
        .resolve = resolve | RESOLVE_NO_MAGICLINKS,
    };
    /* EAGAIN: something on the way was renamed meanwhile. A container can do that without end. */
    for (int tries = 0;; tries++) {
        int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
        if (fd >= 0 || (errno != EINTR && errno != EAGAIN) || tries == 1000)
            return fd;
    }
}

int path_open_in(int root, const char *path, int flags, mode_t mode)
{
    return open_resolved(root, path, flags, mode, RESOLVE_IN_ROOT);
}

int path_open_beneath(int root, const char *path, int flags)
{
    return open_resolved(root, path, flags, 0, RESOLVE_BENEATH);
}

int path_mkdirs_in(int root, const char *path, mode_t mode)
{
    autofree char *copy = mem_strdup(path);
    autofd at = path_open_in(root, ".", O_PATH | O_DIRECTORY, 0);
    if (at < 0)
        return -1;
    for (char *end, *part = copy;; part = end + 1) {
        part += strspn(part, "/");
        if (!*part)
            return fd_take(&at);
        end = strchrnul(part, '/');
        bool last = !*end;
        *end = '\0';
        /* Resolve from the root each time, so a symlink in the middle is followed inside it. */
        int next = path_open_in(root, copy, O_PATH | O_DIRECTORY, 0);
        if (next < 0 && errno == ENOENT) {
            if (mkdirat(at, part, mode) < 0 && errno != EEXIST)
                return -1;
            next = path_open_in(root, copy, O_PATH | O_DIRECTORY, 0);
        }
        if (next < 0)
            return -1;
        fd_close(at);
        at = next;
        if (last)
            return fd_take(&at);
        *end = '/';
    }
}

char *path_clean(struct arena *arena, const char *path)
{
    char *clean = arena_zalloc(arena, strlen(path) + 2), *end = clean;
    while (*path) {
        path += strspn(path, "/");
        size_t len = strcspn(path, "/");
        if (len == 2 && path[0] == '.' && path[1] == '.') {
            while (end > clean && *--end != '/')
                ;
            *end = '\0';
        } else if (len && !(len == 1 && *path == '.')) {
            *end++ = '/';
            end = mempcpy(end, path, len);
            *end = '\0';
        }
        path += len;
    }
    if (end == clean)
        strcpy(clean, "/");
    return clean;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
