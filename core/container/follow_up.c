#include <pthread.h>
#include <stdlib.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/spawn.h"
#include "core/container/exit.h"
#include "core/container/runtime/conmon_start.h"
#include "core/engine.h"

#define REAPER_STACK (64 * 1024)

/* The restart policy may make it wait for long; whoever started it only has to bury it. */
static void *reap(void *context)
{
    struct process process = *(struct process *)context;
    free(context);
    process_wait(&process, -1);
    return NULL;
}

static int start_reaper(const struct process *process, struct error **err)
{
    pthread_t thread;
    pthread_attr_t attr;
    struct process *copy = mem_alloc(sizeof *copy);
    *copy = *process;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, REAPER_STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    int rc = pthread_create(&thread, &attr, reap, copy);
    pthread_attr_destroy(&attr);
    if (!rc)
        return 0;
    free(copy);
    return error_set(err, ERROR_INTERNAL, rc, "starting a thread");
}

int container_spawn(const char *const *argv, struct error **err)
{
    const struct spawn what = { .argv = argv, .new_session = 1 };
    struct process process;
    if (spawn_start(&what, &process, err) < 0)
        return -1;
    conmon_place(process.pid, CONMON_CGROUP); /* it outlives us, as conmon does */
    return start_reaper(&process, err);
}

int container_follow_up(struct engine *engine, const char *id, struct error **err)
{
    const char *argv[] = { engine->program, "cleanup", "--root", engine->root, "--runroot", engine->runroot, id, NULL };
    return container_spawn(argv, err);
}
