/* How an exec session ended, whoever looks first: the thread that serves it, conmon's exit command, or a later look. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/procs.h"
#include "core/container/container.h"
#include "core/container/exec/rows.h"
#include "core/container/exec/session.h"
#include "core/container/row.h"
#include "core/container/runtime/conmon_start.h"
#include "core/engine.h"

int64_t exec_code_of(const struct error *why)
{
    return why->kind == ERROR_NOT_FOUND ? 127 : 126;
}

int exec_ended(struct engine *engine, struct arena *arena, const struct container *ctr,
               const struct exec_session *session, int64_t exit_code, struct error **err)
{
    if (exec_row_ended(engine, ctr, session->id, exit_code, err) < 0)
        return -1;
    exec_remove_dir(exec_dir(engine, arena, session));
    return 0;
}

void exec_remove_dir(const char *dir)
{
    for (int tries = 0; tries < 3; tries++) {
        autoerror *err = NULL;
        if (path_remove_tree(dir, &err) == 0)
            return;
        log_debug("exec session: %s", err->message);
    }
}

/* The code conmon wrote; false while there is none. */
static bool read_exit_file(struct arena *arena, const struct exec_session *session, const char *dir, int64_t *ret_code)
{
    autoerror *ignored = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/exit/%s", dir, session->container_id), 32, NULL, &ignored);
    if (!text || !*text)
        return false;
    *ret_code = strtoll(text, NULL, 10);
    return true;
}

/* @over: conmon is done, so without an exit file the runtime had failed; its log says how. */
static int settle(struct engine *engine, struct arena *arena, const struct exec_session *session, bool over,
                  struct error **err)
{
    const char *dir = exec_dir(engine, arena, session);
    int64_t code;
    if (!read_exit_file(arena, session, dir, &code)) {
        if (!over)
            return 0;
        autoerror *why = NULL;
        conmon_failure(arena, "exec", dir, NULL, NULL, &why);
        code = exec_code_of(why);
    }
    autocontainer *ctr = row_get(engine, session->container_id, err);
    return ctr ? exec_ended(engine, arena, ctr, session, code, err) : -1;
}

int exec_settle(struct engine *engine, struct arena *arena, const struct exec_session *session, struct error **err)
{
    return settle(engine, arena, session, false, err);
}

int exec_exited(struct engine *engine, const char *id, const char *exec_id, struct error **err)
{
    autoarena *arena = arena_new();
    struct exec_session session = { .id = exec_id, .container_id = id };
    if (!path_exists(exec_dir(engine, arena, &session))) /* recorded by who served it: no need to open the database */
        return 0;
    return settle(engine, arena, &session, true, err);
}

/* conmon names its session; of one that did not come so far nothing is there but the claim. */
static bool has_conmon(const char *id)
{
    static const char *const programs[] = { "conmon", NULL };
    return procs_count(programs, id) > 0;
}

int exec_repair(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    struct exec_session *sessions;
    size_t count;
    if (exec_rows_running(engine, arena, &sessions, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        autoerror *failure = NULL;
        if (!has_conmon(sessions[i].id) && settle(engine, arena, &sessions[i], true, &failure) < 0)
            log_warn("repairing exec session %s: %s", sessions[i].id, failure->message);
    }
    return 0;
}
