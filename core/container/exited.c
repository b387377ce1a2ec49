/* What conmon's exit command does, when nobody else may be there. */
#include <stdlib.h>
#include <sys/eventfd.h>

#include <poll.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/lock.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/state/bell.h"

#define FIRST_DELAY_MS 100
#define LAST_DELAY_MS 60000
#define GOOD_RUN_NS (10 * CLOCK_SECOND) /* a run this long resets the delay */

bool container_wants_restart(const struct container *ctr, int64_t exit_code)
{
    const char *policy = str_or(ctr->spec->restart_policy, "no");
    if (ctr->stopped_by_user)
        return false;
    if (str_eq(policy, "always") || str_eq(policy, "unless-stopped"))
        return true;
    return str_eq(policy, "on-failure") && exit_code != 0 &&
           (!ctr->spec->restart_max || ctr->restart_count < ctr->spec->restart_max);
}

static int restart_delay_ms(const struct container *ctr)
{
    if (ctr->finished_unix_ns - ctr->started_unix_ns >= GOOD_RUN_NS)
        return FIRST_DELAY_MS;
    int64_t delay = FIRST_DELAY_MS;
    for (int64_t i = 0; i < ctr->restart_count && delay < LAST_DELAY_MS; i++)
        delay *= 2;
    return delay < LAST_DELAY_MS ? (int)delay : LAST_DELAY_MS;
}

/* false: somebody stopped, started or removed it meanwhile. */
static bool still_restarting(struct engine *engine, const char *id)
{
    autoerror *ignored = NULL;
    autocontainer *ctr = row_get(engine, id, &ignored);
    return ctr && ctr->state == CONTAINER_RESTARTING;
}

static bool sit_out(struct engine *engine, const char *id, int delay_ms, struct error **err)
{
    int bell = bell_listen(engine->bell, err);
    if (bell < 0)
        return false;
    int64_t deadline = clock_monotonic() + delay_ms * 1000000LL;
    bool still = true;
    for (int64_t left = delay_ms; still && left > 0; left = (deadline - clock_monotonic()) / 1000000) {
        if (fd_poll(bell, POLLIN, (int)left) <= 0)
            continue;
        eventfd_t rings;
        eventfd_read(bell, &rings);
        still = still_restarting(engine, id);
    }
    bell_unlisten(engine->bell, bell);
    return still;
}

/* Returns when it is settled. */
static int start_again(struct engine *engine, const struct container *ctr, struct error **err)
{
    if (network_finish(engine, ctr->id, true, err) < 0)
        return -1;
    if (sit_out(engine, ctr->id, restart_delay_ms(ctr), err) && container_start(engine, ctr->id, err) < 0 &&
        ((*err)->kind == ERROR_NOT_MODIFIED || (*err)->kind == ERROR_NOT_FOUND)) /* somebody was faster */
        error_clear(err);
    return *err ? -1 : 0;
}

static int handle(struct engine *engine, const char *id, struct error **err)
{
    autofd lock = container_lock(engine, id, "exit", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = row_get(engine, id, err);
    if (!ctr) { /* removed with force, or never finished */
        if ((*err)->kind == ERROR_NOT_FOUND)
            error_clear(err);
        container_lock_remove(engine, id);
        return *err ? -1 : 0;
    }
    if (!container_has_process(ctr) || process_is(ctr->pid, row_pid_start(ctr))) /* handled already, or the exit command of a failed create */
        return 0;
    return container_finish_run(engine, ctr, 255, false, err);
}

/* What is left to do without the lock: the container may be gone by now. */
int container_exited(struct engine *engine, const char *id, struct error **err)
{
    autoerror *gone = NULL;
    if (handle(engine, id, err) < 0)
        return -1;
    autocontainer *ctr = row_get(engine, id, &gone);
    return ctr && ctr->state == CONTAINER_RESTARTING ? start_again(engine, ctr, err) : network_finish_late(engine, id, err);
}
