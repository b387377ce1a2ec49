#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/container/still.h"
#include "core/engine.h"
#include "core/oci/oci.h"

#define DIE_TIMEOUT_MS 10000
#define KILL_AGAIN_MS 1000

static int not_running(const struct container *ctr, struct error **err)
{
    return error_set_about(err, ERROR_NOT_MODIFIED, "container", ctr->id, "container %s is already stopped", ctr->id);
}

/* The restart policy waits: there is nothing to signal, only a plan to drop. */
static int cancel_restart(struct engine *engine, const struct container *ctr, struct error **err)
{
    return row_change(engine, ctr, NULL, NULL, err, "UPDATE containers SET state = ?1, stopped_by_user = 1, rev = rev + 1 WHERE id = ?2", "is",
                      (int64_t)CONTAINER_EXITED, ctr->id);
}

/* Told as Docker tells it: every signal, before it is sent and so before the end that it may bring. One that has ended by
 * itself meanwhile is not told anything. */
static int tell_signal(struct engine *engine, const struct container *ctr, int number, enum row_stopped why, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_pair pair = { "signal", arena_printf(arena, "%d", number) };
    const struct str_map attributes = { &pair, 1 };
    return row_change(engine, ctr, "kill", &attributes, err,
                      "UPDATE containers SET stopped_by_user = ?1, rev = rev + 1 WHERE id = ?2 AND pid = ?3", "isi", (int64_t)why, ctr->id,
                      ctr->pid);
}

static void send_signal(struct engine *engine, const struct container *ctr, int number)
{
    autofd process = process_open(ctr->pid, row_pid_start(ctr));
    if (process < 0 || pidfd_send_signal(process, number, NULL, 0) < 0)
        return; /* it is ending */
    container_thaw(engine, ctr);
}

/* Again and again: somebody may pause it between signal and end, and what is frozen does not die. As container_await_exit() */
static int kill_and_await(struct engine *engine, const struct container *ctr, struct error **err)
{
    int ended = 0;
    for (int waited = 0; !ended && waited < DIE_TIMEOUT_MS; waited += KILL_AGAIN_MS) {
        autoerror *gone = NULL;
        autocontainer *now = row_get(engine, ctr->id, &gone);
        if (now && now->pid == ctr->pid)
            send_signal(engine, now, SIGKILL);
        ended = container_await_exit(engine, ctr, KILL_AGAIN_MS, err);
    }
    return ended;
}

/* Marks it as stopped by the user and sends the first signal; *ret_ctr stays NULL when nothing has to be waited for. */
static int begin_stop(struct engine *engine, const char *id, const char *signal, enum row_stopped why, struct container **ret_ctr,
                      struct error **err)
{
    autofd lock = container_lock(engine, id, "stop", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, id, err);
    if (!ctr)
        return -1;
    if (ctr->state == CONTAINER_RESTARTING)
        return cancel_restart(engine, ctr, err);
    if (!container_has_process(ctr) || (ctr->state == CONTAINER_INITIALIZED && why == ROW_STOPPED_TO_RESTART))
        return not_running(ctr, err);
    int number = oci_signal(str_or(signal, ctr->stop_signal));
    if (number <= 0)
        return error_set(err, ERROR_INVALID, 0, "signal: \"%s\" is not a signal", str_or(signal, ctr->stop_signal));
    if (ctr->state == CONTAINER_INITIALIZED) /* no command runs that would hear another one */
        number = SIGKILL;
    if (tell_signal(engine, ctr, number, why, err) < 0)
        return -1;
    *ret_ctr = container_ref(ctr);
    send_signal(engine, ctr, number);
    return 0;
}

static int64_t timeout_of(struct engine *engine, const struct container *ctr, const int64_t *asked)
{
    if (asked)
        return *asked;
    return ctr->spec->stop_timeout ? *ctr->spec->stop_timeout : engine->config->stop_timeout;
}

static int stop(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal, enum row_stopped why,
                struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    autocontainer *ctr = NULL;
    if (!found || begin_stop(engine, found->id, signal, why, &ctr, err) < 0)
        return -1;
    if (!ctr)
        return 0;
    int64_t seconds = timeout_of(engine, ctr, timeout_s);
    int ended = container_await_exit(engine, ctr, seconds < 0 ? -1 : seconds > 1000000 ? 1000000000 : (int)seconds * 1000, err);
    if (ended == 0) {
        if (tell_signal(engine, ctr, SIGKILL, why, err) < 0)
            return -1;
        ended = kill_and_await(engine, ctr, err);
    }
    if (ended == 0)
        return error_set(err, ERROR_TIMEOUT, 0, "container %s did not end within %d s of SIGKILL", ctr->id, DIE_TIMEOUT_MS / 1000);
    if (ended < 0)
        return -1;
    return row_change(engine, ctr, "stop", NULL, err, "UPDATE containers SET rev = rev + 1 WHERE id = ?1", "s", ctr->id);
}

int container_stop(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal, struct error **err)
{
    return stop(engine, key, timeout_s, signal, ROW_STOPPED, err);
}

int container_stop_to_restart(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal,
                              struct error **err)
{
    return stop(engine, key, timeout_s, signal, ROW_STOPPED_TO_RESTART, err);
}
