#include "core/container/files/root.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/container/layered.h"
#include "core/container/lock.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/container/still.h"
#include "core/engine.h"
#include "core/store/store.h"

bool container_root_runs(const struct container *ctr)
{
    return container_has_process(ctr) || ctr->state == CONTAINER_STARTING;
}

static int change(struct engine *engine, const char *sql, const char *id, const char *user, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, sql, "ss", id, user);
    state_unlock(engine->state);
    return rc;
}

struct directory_root {
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
};

/* With what is mounted below it, whose copies are nobody else's: they go without the others. */
static int mount_directory(void *context, const char *target, struct error **err)
{
    const struct directory_root *root = context;
    const struct container *ctr = root->ctr;
    autofd fd = open(ctr->spec->rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, ERROR_INVALID, errno, "rootfs: %s", ctr->spec->rootfs);
    if (ctr->spec->rootfs_overlay)
        return layered_mount_root(root->engine, root->arena, ctr, fd, target, err);
    if (mount(arena_printf(root->arena, "/proc/self/fd/%d", fd), target, NULL, MS_BIND | MS_REC, NULL) < 0 ||
        mount(NULL, target, NULL, MS_PRIVATE | MS_REC, NULL) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "rootfs: mounting %s", ctr->spec->rootfs);
    return 0;
}

int container_root_mount(struct engine *engine, struct arena *arena, const struct container *ctr, int userns, const char **ret_path,
                         struct error **err)
{
    struct directory_root root = { engine, arena, ctr };
    return str_empty(ctr->spec->rootfs) ? store_mount_container_mapped(engine->store, arena, ctr->id, userns, ret_path, err)
                                        : store_mount_container_by(engine->store, arena, ctr->id, mount_directory, &root, ret_path, err);
}

/* Counted before it is mounted: whoever clears up after us knows. */
int container_root_hold(struct engine *engine, struct arena *arena, const struct container *ctr, const char *user, const char **ret_path,
                        struct error **err)
{
    if (change(engine,
               "INSERT INTO container_mounts (container_id, user, times) VALUES (?1, ?2, 1)"
               " ON CONFLICT DO UPDATE SET times = times + 1",
               ctr->id, user, err) < 0)
        return -1;
    return container_root_mount(engine, arena, ctr, -1, ret_path, err);
}

/* Users of one container, or of all as pairs one after the other. @sql selects them */
static int list(struct engine *engine, struct arena *arena, const char *sql, const char *id, struct str_list *ret_items,
                struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int row = -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, sql, err);
    if (stmt && id)
        sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        for (int i = 0; i < (id ? 1 : 2); i++)
            str_list_add(arena, ret_items, arena_strdup(arena, state_text(stmt, i)));
    state_unlock(engine->state);
    return row;
}

static bool counts(const char *user)
{
    return !str_starts(user, PROCESS_JOB_PREFIX) || process_job_lives(user);
}

int container_root_unmount(struct engine *engine, const char *id, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list users = { 0 };
    if (list(engine, arena, "SELECT user FROM container_mounts WHERE container_id = ?1", id, &users, err) < 0)
        return -1;
    for (size_t i = 0; i < users.count; i++)
        if (counts(users.items[i]))
            return 0;
    return store_unmount_container(engine->store, id, err);
}

int container_root_let_go(struct engine *engine, const struct container *ctr, const char *user, struct error **err)
{
    if (change(engine, "UPDATE container_mounts SET times = times - 1 WHERE container_id = ?1 AND user = ?2", ctr->id, user, err) < 0 ||
        change(engine, "DELETE FROM container_mounts WHERE container_id = ?1 AND user = ?2 AND times <= 0", ctr->id, user, err) < 0)
        return -1;
    return container_root_runs(ctr) ? 0 : container_root_unmount(engine, ctr->id, err);
}

int container_root_clients(struct engine *engine, const char *id, long long *ret_times, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list times = { 0 };
    if (list(engine, arena, "SELECT times FROM container_mounts WHERE container_id = ?1 AND user = '" CONTAINER_ROOT_CLIENT "'", id,
             &times, err) < 0)
        return -1;
    *ret_times = times.count ? str_to_int(times.items[0]) : 0;
    return 0;
}

/* Of a job that died with its process. */
static int let_go_for(struct engine *engine, const char *id, const char *user, struct error **err)
{
    autofd lock = container_lock_try(engine, id, "repair", err);
    if (lock == -2)
        return 0; /* somebody is at it, and does not count the dead */
    autocontainer *ctr = lock < 0 ? NULL : row_get(engine, id, err);
    if (!ctr)
        return -1;
    bool still = str_ends(user, CONTAINER_STILL_MARK) && ctr->state == CONTAINER_PAUSED;
    if (still && container_wake(engine, ctr, err) < 0)
        return -1;
    return container_root_let_go(engine, ctr, user, err);
}

int container_root_repair(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list pairs = { 0 };
    if (list(engine, arena, "SELECT container_id, user FROM container_mounts", NULL, &pairs, err) < 0)
        return -1;
    for (size_t i = 0; i + 1 < pairs.count; i += 2) {
        autoerror *failure = NULL;
        if (!counts(pairs.items[i + 1]) && let_go_for(engine, pairs.items[i], pairs.items[i + 1], &failure) < 0)
            log_warn("unmounting the root of container %s: %s", pairs.items[i], failure->message);
    }
    return 0;
}
