#pragma once
/*
 * Containers' rows: reading them as snapshots, through a cache keyed by id and revision, and changing them. Private to
 * core/container, but for the engine that owns the cache.
 */
#include <stdbool.h>

#include "core/container/container.h"
#include "core/state/state.h"

struct container_cache;

enum row_stopped { ROW_STOPPED = 1, ROW_STOPPED_TO_RESTART }; /* the column stopped_by_user; else 0 */

void container_cache_free(struct container_cache *cache);

/* Columns that row_read() takes from a statement, in this order. */
#define ROW_COLUMNS                                                                                                     \
    "id, rev, name, state, created, image_id, image_name, spec, effective, started, finished, pid, conmon_pid, exit_code, oom, " \
    "stopped_by_user, error, restart_count, run, health"
/* A snapshot of the row the statement stands on; owned reference. NULL with *err for a row that cannot be read. */
struct container *row_read(struct engine *engine, sqlite3_stmt *stmt, struct error **err);
/* With the database locked: the row @id as it is at revision @rev, which a list found. Only one that the cache does not
 * have is read: specifications are most of the database. */
struct container *row_at(struct engine *engine, const char *id, int64_t rev, struct error **err);
/* By exact id, in any state; NULL with ERROR_NOT_FOUND. Takes the database's lock itself. */
struct container *row_get(struct engine *engine, const char *id, struct error **err);
/* Start time of the present run's process. */
int64_t row_pid_start(const struct container *ctr);
/* Whether the user stopped it in order to start it again. */
bool row_stopped_to_restart(const struct container *ctr);
/* The column run as it stands; borrows from the snapshot. */
void row_run(const struct container *ctr, struct container_run *ret_run);
/* Of one that is being removed: whether its anonymous volumes go too. */
bool row_removes_volumes(const struct container *ctr);

/* One transaction: @sql with @format's arguments (as state_exec()), and an event unless @action is NULL or no row was
 * changed: one that was removed meanwhile does nothing any more. The statement has to raise rev. @attributes: further ones
 * beside image, name and labels */
int row_change(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
               struct error **err, const char *sql, const char *format, ...);
/* The same between state_enter() and state_leave(), for what has to happen with it or not at all. */
int row_change_within(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
                      struct error **err, const char *sql, const char *format, ...);
/* The same, told whether a row was changed: for who holds no lock. */
int row_change_if(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
                  bool *ret_changed, struct error **err, const char *sql, const char *format, ...);
/* With the database locked: what it is called by now, whatever the snapshot says; NULL: it is gone. Arena. */
const char *row_name_now(struct engine *engine, struct arena *arena, const struct container *ctr);
/* Attributes every event of a container has; arena. */
struct str_map container_event_attributes(struct arena *arena, const struct container *ctr);
