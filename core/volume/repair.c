#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/engine.h"
#include "core/volume/discard.h"
#include "core/volume/job.h"
#include "core/volume/lock.h"
#include "core/volume/row.h"

static int list_unfinished(struct engine *engine, struct arena *arena, struct str_list *ret_names, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int row = -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT name FROM volumes WHERE stage <> 0", err);
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_names, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

/* One whose lock is held is in good hands. */
static int repair_one(struct engine *engine, struct arena *arena, const char *name, struct error **err)
{
    struct volume volume;
    enum volume_stage stage = VOLUME_READY;
    autofd lock = volume_lock(engine, name, "repair", false, err);
    if (lock == -2)
        return 0;
    if (lock < 0 || !state_lock(engine->state, err))
        return -1;
    int row = volume_row_find(engine, arena, name, &volume, &stage, err);
    state_unlock(engine->state);
    if (row < 0 || (row > 0 && stage == VOLUME_READY))
        return row < 0 ? -1 : 0;
    if (row > 0 && volume_discard(engine, arena, &volume, err) < 0)
        return -1;
    volume_lock_remove(engine, name);
    return 0;
}

int volume_repair(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list names = { 0 };
    if (volume_job_repair(engine, err) < 0)
        return -1;
    /* Also of volumes that there are not: of those who died before they had written a row. */
    lock_object_names(arena_printf(arena, "%s/volume-locks", engine->run_dir), arena, &names);
    if (list_unfinished(engine, arena, &names, err) < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        autoerror *failure = NULL;
        if (repair_one(engine, arena, names.items[i], &failure) < 0)
            log_warn("repairing volume %s: %s", names.items[i], failure->message);
    }
    return 0;
}
