#include "core/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"

static int lock_with(const char *path, bool exclusive, int command, struct error **err)
{
    autofd fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
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
    return lock_with(path, exclusive, F_OFD_SETLKW, err);
}

int lock_file_try(const char *path, bool exclusive, struct error **err)
{
    return lock_with(path, exclusive, F_OFD_SETLK, err);
}
