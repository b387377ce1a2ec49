#include <stdlib.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/container/container.h"
#include "core/container/filter.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/engine.h"

#define NO_LIMIT INT64_MAX

void container_list_free(struct container_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        container_unref(list->items[i]);
    free(list->items);
    *list = (struct container_list){ 0 };
}

/* When the container a since= or before= filter names was made. */
static int creation_time(struct engine *engine, const struct str_list *names, long long *ret_time, struct error **err)
{
    *ret_time = 0;
    if (!names->count)
        return 0;
    autocontainer *ctr = container_find(engine, names->items[0], err);
    if (!ctr)
        return -1;
    *ret_time = ctr->created_unix_ns;
    return 0;
}

/* Rows newest first, each decoded only when it changed since the last time. */
static int collect(struct engine *engine, const struct container_filters *filters, bool all, int64_t limit, long long since, long long before,
                   struct container_list *list, struct error **err)
{
    static const char every[] = "SELECT id, rev FROM containers WHERE state NOT IN (0) ORDER BY created DESC";
    static const char live[] = "SELECT id, rev FROM containers WHERE state IN (3, 4, 5) ORDER BY created DESC";
    _Static_assert(CONTAINER_CREATING == 0 && CONTAINER_RUNNING == 3 && CONTAINER_PAUSED == 4 && CONTAINER_RESTARTING == 5,
                   "the statements above name states by number");
    sqlite3_stmt *stmt = state_prepare(engine->state, all ? every : live, err);
    if (!stmt)
        return -1;
    size_t capacity = 0;
    int row = 0;
    while ((int64_t)list->count < limit && (row = state_step(engine->state, stmt, err)) > 0) {
        struct container *ctr = row_at(engine, state_text(stmt, 0), sqlite3_column_int64(stmt, 1), err);
        if (!ctr) {
            row = -1;
            break;
        }
        if (!container_matches(filters, ctr, since, before)) {
            container_unref(ctr);
            continue;
        }
        if (list->count == capacity) {
            capacity = capacity ? capacity * 2 : 32;
            list->items = mem_regrow(list->items, capacity, sizeof *list->items);
        }
        list->items[list->count++] = ctr;
    }
    sqlite3_reset(stmt);
    return row < 0 ? -1 : 0;
}

/* True when an end was recorded that nobody had recorded yet. */
static bool repair_orphans(struct engine *engine, const struct container_list *list)
{
    bool changed = false;
    for (size_t i = 0; i < list->count; i++)
        changed |= container_repair_orphan(engine, list->items[i]);
    return changed;
}

int container_list(struct engine *engine, const struct container_filters *filters, bool all, int64_t limit,
                   struct container_list *ret_list, struct error **err)
{
    autocontainers list = { 0 };
    long long since, before;
    if (container_repair_all(engine, err) < 0 || creation_time(engine, &filters->since, &since, err) < 0 ||
        creation_time(engine, &filters->before, &before, err) < 0)
        return -1;
    for (bool again = false, more = true; more; again = true) {
        container_list_free(&list);
        if (!state_lock(engine->state, err))
            return -1;
        int rc = collect(engine, filters, all, limit > 0 ? limit : NO_LIMIT, since, before, &list, err);
        state_unlock(engine->state);
        if (rc < 0)
            return -1;
        more = !again && repair_orphans(engine, &list);
    }
    *ret_list = list;
    list = (struct container_list){ 0 };
    return 0;
}

int container_list_running(struct engine *engine, struct container_list *ret_list, struct error **err)
{
    static const struct container_filters all;
    autocontainers list = { 0 };
    if (!state_lock(engine->state, err))
        return -1;
    int rc = collect(engine, &all, false, NO_LIMIT, 0, 0, &list, err);
    state_unlock(engine->state);
    if (rc < 0)
        return -1;
    *ret_list = list;
    list = (struct container_list){ 0 };
    return 0;
}

int container_counts(struct engine *engine, int64_t *ret_running, int64_t *ret_paused, int64_t *ret_stopped, struct error **err)
{
    int64_t counts[CONTAINER_INITIALIZED + 1] = { 0 };
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT state, count(*) FROM containers GROUP BY state", err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        if (sqlite3_column_int(stmt, 0) >= 0 && sqlite3_column_int(stmt, 0) <= CONTAINER_INITIALIZED)
            counts[sqlite3_column_int(stmt, 0)] = sqlite3_column_int64(stmt, 1);
    state_unlock(engine->state);
    if (row < 0)
        return -1;
    *ret_running = counts[CONTAINER_RUNNING] + counts[CONTAINER_RESTARTING];
    *ret_paused = counts[CONTAINER_PAUSED];
    *ret_stopped = counts[CONTAINER_CREATED] + counts[CONTAINER_STARTING] + counts[CONTAINER_INITIALIZED] + counts[CONTAINER_EXITED] + counts[CONTAINER_DEAD] +
                   counts[CONTAINER_REMOVING];
    return 0;
}
