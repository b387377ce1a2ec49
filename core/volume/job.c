#include "core/volume/job.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/runtime/process.h"
#include "core/engine.h"
#include "core/volume/lock.h"
#include "core/volume/row.h"

static int count(struct volume_job *job, struct error **err)
{
    if (!state_lock(job->engine->state, err))
        return -1;
    int rc = state_exec(job->engine->state, err, "INSERT INTO volume_mounts (volume, user) VALUES (?1, ?2)", "ss",
                        job->volume->name, job->user);
    state_unlock(job->engine->state);
    return rc;
}

/* It may have been removed while we waited for the lock. */
static int mount_it(struct volume_job *job, struct error **err)
{
    struct volume now;
    autofd lock = volume_lock(job->engine, job->volume->name, "mount", true, err);
    if (lock < 0 || volume_find(job->engine, job->arena, job->volume->name, &now, err) < 0 || count(job, err) < 0)
        return -1;
    return volume_mount_for(job->engine, job->arena, job->volume, job->user, err);
}

int volume_job_begin(struct engine *engine, struct arena *arena, struct volume *volume, struct volume_job *ret_job,
                     struct error **err)
{
    *ret_job = (struct volume_job){ .engine = engine, .arena = arena, .volume = volume, .user = process_job_name(arena), .root = -1 };
    if (mount_it(ret_job, err) < 0)
        return -1;
    ret_job->root = open(volume->mountpoint, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return ret_job->root < 0 ? error_set(err, ERROR_INTERNAL, errno, "opening %s", volume->mountpoint) : 0;
}

void volume_job_end(struct volume_job *job)
{
    autoerror *err = NULL;
    fd_close(job->root);
    job->root = -1;
    if (volume_unmount(job->engine, job->user, &err) < 0)
        log_warn("unmounting volume %s: %s", job->volume->name, err->message);
}

static int list_users(struct engine *engine, struct arena *arena, struct str_list *ret_users, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int row = -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT DISTINCT user FROM volume_mounts WHERE user LIKE 'job-%'", err);
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_users, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

int volume_job_repair(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list users = { 0 };
    if (list_users(engine, arena, &users, err) < 0)
        return -1;
    for (size_t i = 0; i < users.count; i++) {
        if (process_job_lives(users.items[i]))
            continue;
        if (volume_unmount(engine, users.items[i], err) < 0)
            return -1;
    }
    return 0;
}
