#include "core/container/repair.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/base/procs.h"
#include "core/container/container.h"
#include "core/container/exec/session.h"
#include "core/container/exit.h"
#include "core/container/files/root.h"
#include "core/container/health/timer.h"
#include "core/container/lock.h"
#include "core/container/networks.h"
#include "core/container/row.h"
#include "core/container/runtime/choice.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

#define HELPERS_MS 30000

void container_discard(struct engine *engine, const char *id)
{
    autoerror *err = NULL;
    struct container gone = { .name = "", .spec = NULL };
    strncat(gone.id, id, 64);
    if (store_unmount_container(engine->store, id, &err) < 0 || store_remove_container(engine->store, id, &err) < 0 ||
        volume_release(engine, id, true, &err) < 0 ||
        row_change(engine, &gone, NULL, NULL, &err, "DELETE FROM containers WHERE id = ?1", "s", id) < 0)
        log_warn("removing what is left of container %s: %s", id, err->message);
    container_lock_remove(engine, id);
}

/* Whatever a start began outside of us and may still be at it: it goes on after our death, and would make what we are
 * about to remove. conmon's children die with it, or are runtimes that name the container too. */
static int end_helpers(const char *id, struct error **err)
{
    static const char *const programs[] = { "conmon", "crun", "runc", NULL };
    if (procs_end(programs, id, SIGKILL, HELPERS_MS) < 0)
        return error_set(err, ERROR_TIMEOUT, 0, "what an interrupted start of container %s left running does not end",
                         id);
    return 0;
}

/* Never started, ended before, or on its way to be started again by the restart policy. */
static enum container_state state_before_start(const struct container *ctr)
{
    if (!ctr->started_unix_ns)
        return CONTAINER_CREATED;
    return container_wants_restart(ctr, ctr->exit_code) ? CONTAINER_RESTARTING : CONTAINER_EXITED;
}

/* A start that never finished: its processes, mounts and addresses go, the row says again what it said. */
static int undo_start(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct container partial = *ctr;
    if (end_helpers(ctr->id, err) < 0)
        return -1;
    partial.runtime = !str_empty(ctr->runtime) ? ctr->runtime : runtime_choose(engine, arena, ctr->spec->runtime, err);
    if (!partial.runtime)
        return -1;
    container_take_down(engine, &partial);
    if (network_teardown(engine, ctr, err) < 0)
        return -1;
    return row_change(
        engine, ctr, NULL, NULL, err,
        "UPDATE containers SET state = ?1, pid = 0, conmon_pid = 0, run = '{}', rev = rev + 1 WHERE id = ?2", "is",
        (int64_t)state_before_start(ctr), ctr->id);
}

/* One of --rm whose run was not taken down yet still has its run in the row. */
static int resume_remove(struct engine *engine, const struct container *ctr, struct error **err)
{
    if (!str_empty(ctr->runtime))
        container_take_down(engine, ctr);
    return container_finish_remove(engine, ctr, err);
}

/* While conmon lives its exit command comes; without it the exit is ours to record. */
static int repair_run(struct engine *engine, const struct container *ctr, bool *ret_ended, struct error **err)
{
    *ret_ended = container_is_orphan(engine, ctr);
    if (!*ret_ended)
        health_timer_settle(engine, ctr, NULL);
    return *ret_ended ? container_finish_run(engine, ctr, 255, false, err) : container_settle_networks(engine, ctr, err);
}

/* *ret_ended: its run is taken down now but for the network. */
static int repair(struct engine *engine, const struct container *ctr, bool *ret_ended, struct error **err)
{
    *ret_ended = !str_empty(ctr->runtime);
    switch (ctr->state) {
    case CONTAINER_CREATING: container_discard(engine, ctr->id); return 0;
    case CONTAINER_STARTING: return undo_start(engine, ctr, err);
    case CONTAINER_REMOVING: return resume_remove(engine, ctr, err);
    case CONTAINER_INITIALIZED:
    case CONTAINER_RUNNING:
    case CONTAINER_PAUSED: return repair_run(engine, ctr, ret_ended, err);
    default: return *ret_ended ? container_finish_take_down(engine, ctr, err) : 0;
    }
}

/* Who waited for the lock of one that was removed meanwhile has made its file anew. */
static struct container *get_or_forget(struct engine *engine, const char *id, struct error **err)
{
    struct container *ctr = row_get(engine, id, err);
    if (!ctr && (*err)->kind == ERROR_NOT_FOUND)
        container_lock_remove(engine, id);
    return ctr;
}

struct container *container_repair(struct engine *engine, const char *id, struct error **err)
{
    bool ended;
    autocontainer *ctr = get_or_forget(engine, id, err);
    if (!ctr || repair(engine, ctr, &ended, err) < 0 || (ended && network_finish(engine, id, false, err) < 0))
        return NULL;
    return get_or_forget(engine, id, err);
}

/* Ids of rows that stand in the middle of something, say that they run, or were not taken down. */
static int list_unsettled(struct engine *engine, struct arena *arena, struct str_list *ret_ids, struct error **err)
{
    _Static_assert(CONTAINER_CREATING == 0 && CONTAINER_STARTING == 2 && CONTAINER_RUNNING == 3 &&
                       CONTAINER_PAUSED == 4 && CONTAINER_RESTARTING == 5 && CONTAINER_REMOVING == 7 && CONTAINER_INITIALIZED == 9,
                   "the statement below names states by number");
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt =
        state_prepare(engine->state, "SELECT id FROM containers WHERE state IN (0, 2, 3, 4, 5, 7, 9) OR run <> '{}'", err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_ids, arena_strdup(arena, state_text(stmt, 0)));
    state_unlock(engine->state);
    return row;
}

/* One whose lock is held is in good hands. */
static int repair_one(struct engine *engine, const char *id, struct error **err)
{
    autofd lock = container_lock_try(engine, id, "repair", err);
    if (lock == -2)
        return 0;
    autocontainer *ctr = lock < 0 ? NULL : container_repair(engine, id, err);
    if (!ctr)
        return -1;
    return ctr->state == CONTAINER_RESTARTING ? container_follow_up(engine, id, err) : 0;
}

static bool is_gone(int64_t pid)
{
    return pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

bool container_repair_orphan(struct engine *engine, const struct container *ctr)
{
    autoerror *err = NULL;
    if (!container_has_process(ctr) || !is_gone(ctr->pid) || !is_gone(ctr->conmon_pid))
        return false;
    if (repair_one(engine, ctr->id, &err) < 0 && err->kind != ERROR_NOT_FOUND)
        log_warn("repairing container %s: %s", ctr->id, err->message);
    autoerror *removed = NULL;
    autocontainer *now = row_get(engine, ctr->id, &removed);
    return now != ctr;
}

static bool has_row(struct engine *engine, const char *id)
{
    autoerror *err = NULL;
    if (!state_lock(engine->state, &err))
        return true;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT 1 FROM containers WHERE id = ?1", &err);
    if (stmt)
        sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
    bool has = !stmt || state_step(engine->state, stmt, &err) != 0;
    state_unlock(engine->state);
    return has;
}

/* Lock files of containers that there are not: of those who died before they had written a row. */
static void remove_lost_locks(struct engine *engine, struct arena *arena)
{
    struct str_list ids = { 0 };
    lock_object_names(arena_printf(arena, "%s/locks", engine->run_dir), arena, &ids);
    for (size_t i = 0; i < ids.count; i++) {
        autoerror *ignored = NULL;
        if (has_row(engine, ids.items[i]))
            continue;
        autofd lock = container_lock_try(engine, ids.items[i], "repair", &ignored);
        if (lock >= 0 && !has_row(engine, ids.items[i]))
            container_lock_remove(engine, ids.items[i]);
    }
}

static int repair_each(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list ids = { 0 };
    if (list_unsettled(engine, arena, &ids, err) < 0)
        return -1;
    for (size_t i = 0; i < ids.count; i++) {
        autoerror *failure = NULL;
        if (repair_one(engine, ids.items[i], &failure) < 0 && failure->kind != ERROR_NOT_FOUND)
            log_warn("repairing container %s: %s", ids.items[i], failure->message);
    }
    remove_lost_locks(engine, arena);
    container_tell_linkers(engine); /* whoever changed something last may not have come to it */
    if (container_root_repair(engine, err) < 0 || exec_repair(engine, err) < 0 || volume_repair(engine, err) < 0)
        return -1;
    return network_finish_all(engine, NULL, false, NULL, err);
}

int container_repair_all(struct engine *engine, struct error **err)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    int rc = 0;
    if (!engine->repaired) {
        rc = repair_each(engine, err);
        engine->repaired = rc == 0;
    }
    pthread_mutex_unlock(&mutex);
    return rc;
}
