#pragma once
/* Exec sessions in the database: each call is one transaction, with the event that tells of it. Private to
 * core/container. */
#include <stdbool.h>
#include <stdint.h>

#include "core/container/container.h"

struct arena;
struct engine;
struct error;

/* Adds it, and forgets sessions of the container that ended a while ago. ERROR_CONFLICT when it does not run by now. */
int exec_row_add(struct engine *engine, const struct container *ctr, const char *id, const struct exec_spec *spec,
                 struct error **err);
/* As in the database, without looking at processes. ERROR_NOT_FOUND "No such exec instance: x" */
int exec_row_get(struct engine *engine, struct arena *arena, const char *id, struct exec_session *ret_session,
                 struct error **err);
/* All that say they run: ids alone, of session and container; arena. */
int exec_rows_running(struct engine *engine, struct arena *arena, struct exec_session **ret_sessions, size_t *ret_count,
                      struct error **err);
/* Exactly one caller gets to start it. ERROR_CONFLICT for the others. */
int exec_row_claim(struct engine *engine, const char *id, struct error **err);
/* Gives it back: nothing was started. */
int exec_row_unclaim(struct engine *engine, const char *id, struct error **err);
/* Tells of its start, before it: the end may be recorded by another as soon as there is a process. */
int exec_row_announce(struct engine *engine, const struct container *ctr, const struct exec_session *session, struct error **err);
int exec_row_started(struct engine *engine, const char *id, int64_t pid, struct error **err);
/* Recorded once; later calls change nothing. */
int exec_row_ended(struct engine *engine, const struct container *ctr, const char *id, int64_t exit_code,
                   struct error **err);
int exec_row_delete(struct engine *engine, const char *id, struct error **err);
