#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/state/state.h"
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

/*
 * What is known of a container that does not run: its bytes, as of a mark. The kernel makes the directory in overlay's work
 * directory anew at each mount, so the time of that changes before anything in the layer can, whoever mounts it.
 */
static int64_t mark_of(struct arena *arena, const char *diff)
{
    struct stat st;
    const char *slash = strrchr(diff, '/');
    const char *work = arena_printf(arena, "%.*s/work", (int)(slash ? slash - diff : 0), diff);
    return stat(work, &st) == 0 ? st.st_mtim.tv_sec * CLOCK_SECOND + st.st_mtim.tv_nsec : 0;
}

static bool may_change(struct engine *engine, struct arena *arena, const struct container *ctr)
{
    struct statx stx;
    const char *mounted = arena_printf(arena, "%s/mounts/%s", engine->run_dir, ctr->id);
    if (ctr->state != CONTAINER_CREATED && ctr->state != CONTAINER_EXITED && ctr->state != CONTAINER_DEAD)
        return true;
    return statx(AT_FDCWD, mounted, AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &stx) == 0 && (stx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* 1 known, 0 not, -1 with *err */
static int recall(struct engine *engine, const char *id, int64_t mark, int64_t *ret_bytes, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT bytes FROM container_sizes WHERE container_id = ?1 AND mark = ?2", err);
    int row = -1;
    if (stmt) {
        sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(stmt, 2, mark);
        row = state_step(engine->state, stmt, err);
    }
    if (row > 0) {
        *ret_bytes = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    state_unlock(engine->state);
    return row;
}

static int record(struct engine *engine, const char *id, int64_t mark, int64_t bytes, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err,
                        "INSERT OR REPLACE INTO container_sizes (container_id, mark, bytes) SELECT id, ?2, ?3 FROM containers WHERE id = ?1",
                        "sii", id, mark, bytes);
    state_unlock(engine->state);
    return rc;
}

static int measure(const char *diff, int64_t *ret_bytes, struct error **err)
{
    int fd = open(diff, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *ret_bytes = 0;
    if (fd < 0 && errno == ENOENT) /* it is being removed */
        return 0;
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", diff);
    *ret_bytes = walk(fd, 0);
    return 0;
}

int container_rw_size(struct engine *engine, const struct container *ctr, int64_t *ret_bytes, struct error **err)
{
    autoarena *arena = arena_new();
    const char *diff = store_container_diff(engine->store, arena, ctr->id, err);
    if (!diff && (*err)->kind == ERROR_NOT_FOUND) {
        error_clear(err);
        *ret_bytes = 0;
        return 0;
    }
    if (!diff)
        return -1;
    int64_t mark = may_change(engine, arena, ctr) ? 0 : mark_of(arena, diff);
    int known = mark ? recall(engine, ctr->id, mark, ret_bytes, err) : 0;
    if (known)
        return known < 0 ? -1 : 0;
    if (measure(diff, ret_bytes, err) < 0)
        return -1;
    bool still = mark && !may_change(engine, arena, ctr) && mark_of(arena, diff) == mark;
    return still ? record(engine, ctr->id, mark, *ret_bytes, err) : 0;
}
