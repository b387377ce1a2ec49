#include <sys/eventfd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/sink.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/state/bell.h"

#define LOOK_AGAIN_MS 1000 /* whether the monitor still lives: without it no bell rings */

static bool is_live(const struct container *ctr)
{
    return ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED || ctr->state == CONTAINER_STARTING || ctr->state == CONTAINER_RESTARTING;
}

int64_t container_past_exit_code(struct engine *engine, const char *id)
{
    autoarena *arena = arena_new();
    autoerror *ignored = NULL;
    struct str_map attributes = { 0 };
    event_last(engine, arena, "die", id, &attributes, &ignored);
    const char *code = str_map_get(&attributes, "exitCode");
    return code ? str_to_int(code) : -1;
}

/* It ended after the wait began; by now it may run again. */
static bool has_ended(const struct container *first, const struct container *now)
{
    return now->finished_unix_ns > first->finished_unix_ns;
}

/* An initialized one does not run, and did not end either. */
static bool is_at_rest(const struct container *ctr)
{
    return !is_live(ctr) && ctr->state != CONTAINER_INITIALIZED;
}

static bool reached(const struct container *first, const struct container *now, enum container_condition condition,
                    const struct str_list *states)
{
    switch (condition) {
    case CONTAINER_NOT_RUNNING: return !is_live(now);
    case CONTAINER_NEXT_EXIT: return has_ended(first, now);
    case CONTAINER_STATES: /* exited is also one that never ran, or that the restart policy has started again */
        return str_list_has(states, container_state_text(now->state)) ||
               (str_list_has(states, "exited") && (is_at_rest(now) || has_ended(first, now)));
    case CONTAINER_REMOVED: return false;
    }
    return false;
}

/* The row of one that was started again has forgotten it. */
static int64_t last_exit_code(struct engine *engine, const struct container *ctr)
{
    bool again = ctr->finished_unix_ns && (ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED);
    int64_t past = again ? container_past_exit_code(engine, ctr->id) : -1;
    return past < 0 ? ctr->exit_code : past;
}

static void look_after_orphan(struct engine *engine, const struct container *ctr)
{
    autoerror *ignored = NULL; /* the next look tries again */
    if (container_is_orphan(engine, ctr))
        container_follow_up(engine, ctr->id, &ignored);
}

static int wait_loop(struct engine *engine, const struct container *first, enum container_condition condition, const struct str_list *states,
                     const struct sink *sink, int bell, int64_t *ret_code, struct error **err)
{
    int64_t code = first->exit_code;
    for (;;) {
        autocontainer *now = row_get(engine, first->id, err);
        if (!now) {
            if ((*err)->kind != ERROR_NOT_FOUND)
                return -1;
            if (condition == CONTAINER_STATES && !str_list_has(states, "exited"))
                return -1;
            error_clear(err);
            int64_t past = container_past_exit_code(engine, first->id); /* its end and removal may look like one step */
            *ret_code = past < 0 ? code : past;
            return 0;
        }
        if (!is_live(now))
            code = now->exit_code;
        if (reached(first, now, condition, states)) {
            *ret_code = last_exit_code(engine, now);
            return 0;
        }
        if (!sink->wait(sink->context, bell, LOOK_AGAIN_MS))
            return error_set(err, ERROR_CANCELLED, 0, "the client left");
        eventfd_t rings;
        eventfd_read(bell, &rings);
        look_after_orphan(engine, now);
    }
}

int container_wait(struct engine *engine, const struct container *first, enum container_condition condition,
                   const struct str_list *states, const struct sink *sink, int64_t *ret_code, struct error **err)
{
    int bell = bell_listen(engine->bell, err);
    if (bell < 0)
        return -1;
    int rc = wait_loop(engine, first, condition, states, sink, bell, ret_code, err);
    bell_unlisten(engine->bell, bell);
    return rc;
}
