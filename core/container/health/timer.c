/* The timer process, and those who begin it. */
#include "core/container/health/timer.h"

#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/spawn.h"
#include "core/container/exit.h"
#include "core/container/health/health.h"
#include "core/container/health/probe.h"
#include "core/container/health/rows.h"
#include "core/container/row.h"
#include "core/container/runtime/conmon_start.h"
#include "core/container/runtime/process.h"
#include "core/engine.h"

#define AGAIN_NS (10 * CLOCK_SECOND) /* when the database could not be read */
#define END_MS 10000
#define BEGIN_NS (5 * CLOCK_SECOND) /* what a new one has to say that it is there */

/* ---- beginning and ending it ---- */

static bool is_needed(const struct container *ctr)
{
    bool runs = ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED;
    return runs && ctr->health != CONTAINER_HEALTH_NONE && container_has_health_check(ctr->spec);
}

void health_timer_start(struct engine *engine, const struct container *ctr)
{
    autoerror *err = NULL;
    const char *argv[] = { engine->program, "healthcheck", "--root", engine->root, "--runroot", engine->runroot, ctr->id, NULL };
    if (!container_has_health_check(ctr->spec))
        return;
    if (container_spawn(argv, &err) < 0)
        log_warn("health checks of container %s: %s", ctr->id, err->message);
}

void health_timer_settle(struct engine *engine, const struct container *ctr, const struct health_row *row)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct health_row read;
    if (!is_needed(ctr))
        return;
    if (!row && health_row_get(engine, arena, ctr, &read, &err) < 0) {
        log_warn("health checks of container %s: %s", ctr->id, err->message);
        return;
    }
    row = row ? row : &read;
    bool begins = !row->timer_pid && clock_now() - ctr->started_unix_ns < BEGIN_NS;
    if (!begins && !process_is(row->timer_pid, row->timer_start))
        health_timer_start(engine, ctr);
}

int health_timer_restart(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct health_row row;
    if (health_row_get(engine, arena, ctr, &row, err) < 0)
        return -1;
    autofd timer = row.timer_pid ? process_open(row.timer_pid, row.timer_start) : -1;
    if (timer >= 0) {
        pidfd_send_signal(timer, SIGKILL, NULL, 0);
        if (fd_poll(timer, POLLIN, END_MS) <= 0)
            return error_set(err, ERROR_TIMEOUT, 0, "the health checks of container %s did not end within %d s", ctr->id, END_MS / 1000);
    }
    if (is_needed(ctr))
        health_timer_start(engine, ctr);
    else if (container_has_process(ctr))
        health_probe_forget(engine, arena, ctr, HEALTH_TIMER_DIR);
    return 0;
}

int health_follow_up(struct engine *engine, const struct container *ctr, int follow_up, struct error **err)
{
    switch ((enum health_follow_up)follow_up) {
    case HEALTH_KILL: return container_kill(engine, ctr->id, "KILL", err);
    case HEALTH_RESTART: return container_restart(engine, ctr->id, NULL, NULL, err);
    case HEALTH_STOP: return container_stop(engine, ctr->id, NULL, NULL, err);
    case HEALTH_NOTHING: break;
    }
    return 0;
}

/* ---- the process ---- */

struct watch {
    const struct engine_options *options;
    const char *id;
    int container; /* pidfd */
    int64_t started_unix_ns;
    int64_t delay_ns;
};

static bool is_same_run(const struct watch *watch, const struct container *ctr)
{
    bool runs = ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED;
    return runs && ctr->started_unix_ns == watch->started_unix_ns;
}

static int plan(struct engine *engine, struct arena *arena, struct watch *watch, bool first, struct error **err)
{
    struct health_row row;
    autocontainer *ctr = row_get(engine, watch->id, err);
    if (!ctr || health_row_get(engine, arena, ctr, &row, err) < 0)
        return -1;
    watch->delay_ns = health_delay(ctr->spec, &row.state, ctr->started_unix_ns, clock_now(), first);
    return is_same_run(watch, ctr);
}

/* 1: it is ours to watch. */
static int begin_watch(struct engine *engine, struct watch *watch, struct error **err)
{
    autoarena *arena = arena_new();
    autocontainer *ctr = row_get(engine, watch->id, err);
    if (!ctr)
        return -1;
    if (!is_needed(ctr))
        return 0;
    int claimed = health_row_claim(engine, ctr, err);
    if (claimed <= 0)
        return claimed;
    watch->started_unix_ns = ctr->started_unix_ns;
    watch->container = process_open(ctr->pid, row_pid_start(ctr));
    if (watch->container < 0)
        return 0;
    health_probe_forget(engine, arena, ctr, HEALTH_TIMER_DIR);
    return plan(engine, arena, watch, true, err);
}

static int check(struct engine *engine, struct arena *arena, struct watch *watch, struct error **err)
{
    struct health_row row;
    struct container_health_result result;
    enum health_follow_up follow_up;
    autocontainer *ctr = row_get(engine, watch->id, err);
    if (!ctr)
        return -1;
    if (!is_same_run(watch, ctr))
        return 0;
    if (ctr->state == CONTAINER_PAUSED)
        return 1;
    if (health_row_get(engine, arena, ctr, &row, err) < 0)
        return -1;
    int rc = health_probe(engine, arena, ctr, health_check_of(ctr->spec, &row.state), HEALTH_TIMER_DIR, watch->container, &result, err);
    if (rc > 0)
        rc = health_row_record(engine, ctr, &result, &follow_up, err);
    return rc > 0 && health_follow_up(engine, ctr, follow_up, err) < 0 ? -1 : rc;
}

/* 1: go on. The engine is open only as long as there is something to do: what sleeps shall be small. */
static int turn(struct watch *watch, bool first, struct error **err)
{
    autoarena *arena = arena_new();
    autoengine *engine = engine_open(watch->options, err);
    if (!engine)
        return -1;
    engine->repaired = true; /* others are looked after by whoever serves */
    if (first)
        return begin_watch(engine, watch, err);
    int rc = check(engine, arena, watch, err);
    return rc > 0 ? plan(engine, arena, watch, false, err) : rc;
}

/* True when the container ended. */
static bool sit_out(const struct watch *watch)
{
    int64_t deadline = watch->delay_ns == HEALTH_NO_CHECK ? INT64_MAX : clock_monotonic() + watch->delay_ns;
    malloc_trim(0);
    for (;;) {
        int64_t left = deadline == INT64_MAX ? -1 : (deadline - clock_monotonic() + 999999) / 1000000;
        if (left <= 0 && deadline != INT64_MAX)
            return fd_poll(watch->container, POLLIN, 0) != 0;
        if (fd_poll(watch->container, POLLIN, left > INT_MAX ? INT_MAX : (int)left) != 0)
            return true;
    }
}

int container_watch_health(const struct engine_options *options, const char *id, struct error **err)
{
    struct watch watch = { .options = options, .id = id, .container = -1 };
    conmon_place(getpid(), CONMON_CGROUP);
    int rc = turn(&watch, true, err);
    while (rc > 0 && !sit_out(&watch)) {
        autoerror *failure = NULL;
        rc = turn(&watch, false, &failure);
        if (rc < 0 && failure->kind == ERROR_NOT_FOUND)
            rc = 0;
        if (rc < 0) { /* a full disk, a database that others keep busy: it may be better next time */
            log_warn("health check of container %s: %s", id, failure->message);
            watch.delay_ns = AGAIN_NS;
            rc = 1;
        }
    }
    fd_close(watch.container);
    return rc;
}
