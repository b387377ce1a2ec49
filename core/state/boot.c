#include "core/state/boot.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/event/event.h"
#include "core/state/state.h"

#define BOOT_EXIT_CODE 255 /* what docker reports for a container that the machine took down */

/*
 * What ran has ended. What comes next is the restart policy's, as Docker's users expect it of a boot: "always" starts
 * what had ever been started, even when the user had stopped it; "unless-stopped" and "on-failure" what ran. --rm
 * removes. Those that ran, or were initialized, keep what their run has recorded: repair takes down what may be left of it
 * where RUNROOT outlives a boot.
 */
static const char ended[] = "UPDATE containers SET exit_code = CASE state WHEN ?8 THEN exit_code ELSE ?1 END,"
                            " finished = CASE state WHEN ?8 THEN finished ELSE ?2 END, pid = 0, conmon_pid = 0, "
                            "restart_count = 0, rev = rev + 1,"
                            " state = CASE"
                            "  WHEN json_extract(spec, '$.autoRemove') THEN ?3"
                            "  WHEN stopped_by_user = 0 AND json_extract(spec, '$.restartPolicy') IN ('always', "
                            "'unless-stopped', 'on-failure') THEN ?4"
                            "  ELSE ?5 END"
                            " WHERE state IN (?6, ?7, ?8)";
static const char always[] = "UPDATE containers SET state = ?1, restart_count = 0, rev = rev + 1"
                             " WHERE state = ?2 AND started > 0 AND json_extract(spec, '$.restartPolicy') = 'always'";
static const char half_started[] =
    "UPDATE containers SET state = CASE started WHEN 0 THEN ?1 ELSE ?2 END, pid = 0, conmon_pid = 0,"
    " rev = rev + 1 WHERE state IN (?3, ?4)";
static const char ended_execs[] =
    "UPDATE execs SET running = 0, pid = 0, exit_code = ?1, finished = ?2 WHERE running = 1";

static int reset_rows(struct state *state, struct error **err)
{
    int64_t code = BOOT_EXIT_CODE, now = clock_now(), created = CONTAINER_CREATED, starting = CONTAINER_STARTING,
            running = CONTAINER_RUNNING, paused = CONTAINER_PAUSED, restarting = CONTAINER_RESTARTING,
            exited = CONTAINER_EXITED, removing = CONTAINER_REMOVING, initialized = CONTAINER_INITIALIZED;
    if (state_exec(state, err, half_started, "iiii", created, exited, starting, initialized) < 0 ||
        state_exec(state, err, ended, "iiiiiiii", code, now, removing, restarting, exited, running, paused,
                   restarting) < 0 ||
        state_exec(state, err, always, "ii", restarting, exited) < 0 ||
        state_exec(state, err, ended_execs, "ii", code, now) < 0)
        return -1;
    return 0;
}

enum boot { BOOT_OTHER, BOOT_SAME, BOOT_FIRST };

/* Whether it is the boot of which the rows speak; the first boot of a database has none. -1 with *err */
static int compare_boot(struct state *state, const char *boot_id, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(state, "SELECT value FROM meta WHERE key = 'boot'", err);
    int row = stmt ? state_step(state, stmt, err) : -1;
    if (row <= 0)
        return row < 0 ? -1 : BOOT_FIRST;
    int which = strcmp(state_text(stmt, 0), boot_id) ? BOOT_OTHER : BOOT_SAME;
    sqlite3_reset(stmt);
    return which;
}

/* Looks again inside the transaction: two processes may come at once, and what the first started must not be reset. */
static int reset(struct engine *engine, struct state *state, const char *boot_id, struct error **err)
{
    if (state_begin(state, err) < 0)
        return -1;
    int which = compare_boot(state, boot_id, err);
    if (which >= 0 && which != BOOT_SAME && reset_rows(state, err) == 0 && state_exec(state, err, "DELETE FROM leases", "") == 0 &&
        state_exec(state, err, "DELETE FROM ports", "") == 0 &&
        state_exec(state, err, "DELETE FROM volume_mounts", "") == 0 &&
        state_exec(state, err, "DELETE FROM container_mounts", "") == 0 &&
        state_exec(state, err, "INSERT OR REPLACE INTO meta (key, value) VALUES ('boot', ?1)", "s", boot_id) == 0 &&
        (which == BOOT_FIRST || event_add(engine, "system", "refresh", "", NULL, err) == 0))
        return state_commit(state, err);
    state_rollback(state);
    return which == BOOT_SAME ? 0 : -1;
}

int state_reset_after_boot(struct engine *engine, struct state *state, struct error **err)
{
    autofree char *boot_id = path_read("/proc/sys/kernel/random/boot_id", 64, NULL, err);
    if (!boot_id)
        return -1;
    boot_id[strcspn(boot_id, "\n")] = '\0';
    int which = compare_boot(state, boot_id, err);
    return which < 0 ? -1 : which == BOOT_SAME ? 0 : reset(engine, state, boot_id, err);
}
