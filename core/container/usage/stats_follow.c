#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/sink.h"
#include "core/container/container.h"
#include "core/container/row.h"
#include "core/container/usage/stats.h"

#define SAMPLE_MS 1000

/* As it is now; *ret_ctr NULL once it was removed. */
static int look(struct engine *engine, struct arena *arena, const char *id, struct container **ret_ctr, struct container_stats *ret_stats,
                struct error **err)
{
    *ret_ctr = row_get(engine, id, err);
    if (!*ret_ctr && (*err)->kind == ERROR_NOT_FOUND) {
        error_clear(err);
        return 0;
    }
    if (*ret_ctr)
        container_stats(arena, *ret_ctr, ret_stats);
    return *ret_ctr ? 0 : -1;
}

static bool runs(const struct container *ctr)
{
    return ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED;
}

int container_follow_stats(struct engine *engine, const char *key, const struct stats_query *query, const struct sink *sink,
                           int (*each)(void *context, const struct container *ctr, const struct container_stats *now,
                                       const struct container_stats *before, struct error **err),
                           void *context, struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autoarena *first = arena_new(), *second = arena_new(); /* of the last two samples, in turn */
    struct container_stats stats[2] = { 0 };
    /* One that does not run has nothing to be compared. */
    bool comparable = !query->stream && query->compare && runs(found);
    for (unsigned i = 0;; i++) {
        struct arena *arena = i % 2 ? second : first;
        autocontainer *ctr = NULL;
        arena_reset(arena);
        if (look(engine, arena, found->id, &ctr, &stats[i % 2], err) < 0)
            return -1;
        if (!ctr)
            return 0;
        const struct container_stats *before = i ? &stats[(i + 1) % 2] : NULL;
        if (!(comparable && i == 0) && each(context, ctr, &stats[i % 2], before, err) < 0)
            return -1;
        if (!query->stream && !(comparable && i == 0))
            return 0;
        if (!sink->wait(sink->context, -1, SAMPLE_MS))
            return 0;
    }
}
