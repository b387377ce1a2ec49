#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/store/store.h"

#define MAX_DEPTH 512

/* Sizes of regular files below @fd (owned). Files come and go while it walks: that is no error. */
static int64_t walk(int fd, int depth)
{
    DIR *dir = fdopendir(fd);
    int64_t total = 0;
    if (!dir) {
        fd_close(fd);
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct stat st;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (S_ISREG(st.st_mode))
            total += st.st_size;
        int child = S_ISDIR(st.st_mode) && depth < MAX_DEPTH ? openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        if (child >= 0)
            total += walk(child, depth + 1);
    }
    closedir(dir);
    return total;
}

int container_rw_size(struct engine *engine, const struct container *ctr, int64_t *ret_bytes, struct error **err)
{
    autoarena *arena = arena_new();
    const char *diff = store_container_diff(engine->store, arena, ctr->id, err);
    if (!diff)
        return -1;
    int fd = open(diff, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", diff);
    *ret_bytes = walk(fd, 0);
    return 0;
}
