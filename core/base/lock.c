#include "core/base/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"

/* @create: O_CREAT, or 0: -2 without the file */
static int lock_with(const char *path, int create, bool exclusive, int command, struct error **err)
{
    autofd fd = open(path, O_RDWR | create | O_CLOEXEC, 0644);
    if (fd < 0 && errno == ENOENT && !create)
        return -2;
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening lock file %s", path);
    struct flock lock = { .l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET };
    while (fcntl(fd, command, &lock) < 0) {
        if (errno == EINTR)
            continue;
        if (command == F_OFD_SETLK && (errno == EAGAIN || errno == EACCES))
            return -2;
        return error_set(err, ERROR_INTERNAL, errno, "locking %s", path);
    }
    return fd_take(&fd);
}

int lock_file(const char *path, bool exclusive, struct error **err)
{
    return lock_with(path, O_CREAT, exclusive, F_OFD_SETLKW, err);
}

int lock_file_try(const char *path, bool exclusive, struct error **err)
{
    return lock_with(path, O_CREAT, exclusive, F_OFD_SETLK, err);
}

static void note_owner(int fd, const char *purpose)
{
    char text[160], when[CLOCK_TEXT_SIZE];
    int len = snprintf(text, sizeof text, "%d %s %s\n", (int)getpid(), purpose, clock_format(clock_now(), when));
    if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) < 0)
        return; /* for diagnostics only */
}

/* Whether the path still leads to the file we locked: remove unlinks it. */
static int is_current(int fd, const char *path)
{
    struct stat ours, now;
    return fstat(fd, &ours) == 0 && stat(path, &now) == 0 && ours.st_ino == now.st_ino && ours.st_dev == now.st_dev;
}

static int lock_current(const char *path, int create, const char *purpose, bool wait, struct error **err)
{
    for (;;) {
        autofd fd = lock_with(path, create, true, wait ? F_OFD_SETLKW : F_OFD_SETLK, err);
        if (fd < 0)
            return fd;
        if (!is_current(fd, path))
            continue;
        note_owner(fd, purpose);
        return fd_take(&fd);
    }
}

int lock_object(const char *dir, const char *name, const char *purpose, bool wait, struct error **err)
{
    autofree char *path = mem_printf("%s/%s", dir, name);
    return path_mkdirs(dir, 0700, err) < 0 ? -1 : lock_current(path, O_CREAT, purpose, wait, err);
}

int lock_object_there(const char *dir, const char *name, const char *purpose, bool wait, struct error **err)
{
    autofree char *path = mem_printf("%s/%s", dir, name);
    return lock_current(path, 0, purpose, wait, err);
}

void lock_object_names(const char *dir, struct arena *arena, struct str_list *ret_names)
{
    DIR *entries = opendir(dir);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (*entry->d_name != '.')
            str_list_add(arena, ret_names, arena_strdup(arena, entry->d_name));
    if (entries)
        closedir(entries);
}
