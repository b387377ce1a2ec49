#include "core/container/lock.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"

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

typedef int lock_function(const char *path, bool exclusive, struct error **err);

static int take(struct engine *engine, const char *id, const char *purpose, lock_function *lock, struct error **err)
{
    autofree char *dir = mem_printf("%s/locks", engine->run_dir);
    autofree char *path = mem_printf("%s/%s", dir, id);
    if (path_mkdirs(dir, 0700, err) < 0)
        return -1;
    for (;;) {
        autofd fd = lock(path, true, err);
        if (fd < 0)
            return fd;
        if (!is_current(fd, path))
            continue;
        note_owner(fd, purpose);
        return fd_take(&fd);
    }
}

int container_lock(struct engine *engine, const char *id, const char *purpose, struct error **err)
{
    return take(engine, id, purpose, lock_file, err);
}

int container_lock_try(struct engine *engine, const char *id, const char *purpose, struct error **err)
{
    return take(engine, id, purpose, lock_file_try, err);
}

void container_lock_remove(struct engine *engine, const char *id)
{
    autofree char *path = mem_printf("%s/locks/%s", engine->run_dir, id);
    unlink(path);
}
