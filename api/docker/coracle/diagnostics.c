/* GET /coracle/diagnostics */
#include <string.h>
#include <unistd.h>

#include "api/call.h"
#include "api/docker/coracle_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/activity.h"
#include "core/base/arena.h"
#include "core/engine.h"
#include "core/system/diagnose.h"

static void show_calls(struct call *call, const struct diagnosis *diagnosis, struct docker_diagnostics *shown)
{
    shown->calls.items = arena_array(call->arena, diagnosis->call_count + 1, sizeof *shown->calls.items);
    for (size_t i = 0; i < diagnosis->call_count; i++) {
        const struct activity_seen *seen = &diagnosis->calls[i];
        shown->calls.items[shown->calls.count++] = (struct docker_diagnosed_call){
            .method = seen->kind, .path = seen->text, .thread = seen->thread, .since = seen->since_unix_ns,
        };
    }
}

static void show_locks(struct call *call, const struct diagnosis *diagnosis, struct docker_diagnostics *shown)
{
    shown->locks.items = arena_array(call->arena, diagnosis->lock_count + 1, sizeof *shown->locks.items);
    for (size_t i = 0; i < diagnosis->lock_count; i++) {
        const struct diagnosed_lock *lock = &diagnosis->locks[i];
        shown->locks.items[shown->locks.count++] = (struct docker_diagnosed_lock){
            .path = lock->path, .held = lock->held, .shared = lock->shared, .pid = lock->pid, .purpose = lock->purpose, .since = lock->since,
        };
    }
}

static const char *call_of(struct call *call, const struct diagnosis *diagnosis, int64_t thread)
{
    for (size_t i = 0; i < diagnosis->call_count; i++)
        if (diagnosis->calls[i].thread == thread)
            return arena_printf(call->arena, "%s %s", diagnosis->calls[i].kind, diagnosis->calls[i].text);
    return NULL;
}

static struct docker_diagnosed_task *show_tasks(struct call *call, const struct diagnosis *diagnosis, const struct diagnosed_task *tasks,
                                                size_t count)
{
    struct docker_diagnosed_task *shown = arena_array(call->arena, count + 1, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        shown[i] = (struct docker_diagnosed_task){
            .id = tasks[i].id,
            .name = tasks[i].name,
            .state = tasks[i].state,
            .waits_in = tasks[i].waits_in,
            .age_ms = tasks[i].age_ms,
            .call = call_of(call, diagnosis, tasks[i].id),
            .command = *tasks[i].command ? tasks[i].command : NULL,
        };
    return shown;
}

static int get_diagnostics(struct call *call, struct error **err)
{
    struct diagnosis diagnosis;
    system_diagnose(call->engine, call->arena, &diagnosis);
    struct docker_diagnostics shown = {
        .pid = getpid(),
        .started = call->engine->started_unix_ns,
        .database_busy = diagnosis.database_busy,
        .threads = { show_tasks(call, &diagnosis, diagnosis.threads, diagnosis.thread_count), diagnosis.thread_count },
        .children = { show_tasks(call, &diagnosis, diagnosis.children, diagnosis.child_count), diagnosis.child_count },
    };
    show_calls(call, &diagnosis, &shown);
    show_locks(call, &diagnosis, &shown);
    return reply(call, 200, docker_diagnostics_schema(), &shown, err);
}

const struct route docker_coracle_diagnostics[] = {
    {
        ROUTE(GET, "/coracle/diagnostics"),
        .id = "SystemDiagnostics",
        .tag = "system",
        .summary = "What the server is doing and who holds which lock; waits for nothing",
        .rights = "system:diagnose",
        .handler = get_diagnostics,
        .responses = { { 200, docker_diagnostics_schema, "As it is now", REPLY_OBJECT, NULL }, INTERNAL_ERROR },
    },
    { 0 },
};
