#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/walk.h"
#include "core/engine.h"
#include "core/volume/row.h"

/* A file of several names counts a part of its size for each: all of it, when all of them are in the volume. */
static int count(void *context, const struct walk_entry *entry, struct error **err)
{
    (void)err;
    if (S_ISREG(entry->st.st_mode) && entry->st.st_nlink)
        *(int64_t *)context += entry->st.st_size / (int64_t)entry->st.st_nlink;
    return 0;
}

static int walk(const char *path, int64_t *ret_bytes, struct error **err)
{
    autofd root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", path);
    *ret_bytes = 0;
    return walk_tree(root, 0, count, ret_bytes, err);
}

/* 1 the number that is kept is still right, 0 not, -1 with *err */
static int recall(struct engine *engine, const char *name, int64_t *ret_bytes, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(
        engine->state,
        "SELECT size FROM volumes WHERE name = ?1 AND sized > used AND"
        " NOT EXISTS (SELECT 1 FROM volume_mounts WHERE volume = ?1)", err);
    int row = -1;
    if (stmt) {
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
        row = state_step(engine->state, stmt, err);
        if (row > 0)
            *ret_bytes = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
    }
    state_unlock(engine->state);
    return row;
}

/* @since: when the walk began: what was let go of after that may have been changed after we saw it. */
static int keep(struct engine *engine, const char *name, int64_t bytes, int64_t since, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "UPDATE volumes SET size = ?1, sized = ?2 WHERE name = ?3", "iis", bytes, since, name);
    state_unlock(engine->state);
    return rc;
}

int volume_size(struct engine *engine, const struct volume *volume, int64_t *ret_bytes, struct error **err)
{
    if (volume->needs_mount) {
        *ret_bytes = -1;
        return 0;
    }
    int known = recall(engine, volume->name, ret_bytes, err);
    if (known)
        return known < 0 ? -1 : 0;
    int64_t since = clock_now();
    if (walk(volume->mountpoint, ret_bytes, err) < 0)
        return -1;
    return keep(engine, volume->name, *ret_bytes, since, err);
}
