#include "core/container/start/start.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/network/network.h"

/* Who is down may still have what this one wants. */
static bool await_leaving(struct engine *engine, const char *id)
{
    size_t count = 0;
    autoerror *failure = NULL; /* the conflict itself is what the caller reports */
    if (network_finish_all(engine, id, true, &count, &failure) < 0)
        log_warn("taking down the network of others: %s", failure->message);
    return count > 0;
}

int start_prepare_network(struct starting *starting, struct error **err)
{
    struct engine *engine = starting->engine;
    if (network_prepare(engine, starting->arena, starting->ctr, starting->userns.netns, &starting->plan, err) == 0)
        return 0;
    bool taken = (*err)->kind == ERROR_CONFLICT || (*err)->kind == ERROR_UNAVAILABLE; /* a port, an address, all addresses */
    if (!taken || !await_leaving(engine, starting->ctr->id))
        return -1;
    error_clear(err);
    network_plan_close(&starting->plan);
    return network_prepare(engine, starting->arena, starting->ctr, starting->userns.netns, &starting->plan, err);
}

static void *set_up_network(void *context)
{
    struct network_job *job = context;
    struct starting *starting = job->starting;
    autoarena *arena = arena_new(); /* the other thread uses the start's */
    job->rc = network_setup(starting->engine, arena, starting->ctr, &starting->plan, &job->err);
    return NULL;
}

void start_begin_network(struct network_job *job)
{
    if (str_empty(job->starting->plan.request))
        return;
    job->threaded = pthread_create(&job->thread, NULL, set_up_network, job) == 0;
    if (!job->threaded)
        set_up_network(job);
}

int start_end_network(struct network_job *job, struct error **err)
{
    if (job->threaded)
        pthread_join(job->thread, NULL);
    if (job->rc == 0)
        return 0;
    if (*err) /* the runtime failed as well: its words count */
        error_free(job->err);
    else
        *err = job->err;
    return -1;
}
