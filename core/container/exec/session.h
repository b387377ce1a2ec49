#pragma once
/* Exec sessions and the processes behind them. Private to core/container. */
#include <stdbool.h>
#include <stdint.h>

#include "core/container/container.h"
#include "core/container/runtime/conmon_start.h"

struct arena;
struct engine;
struct error;

/* ERROR_CONFLICT unless it runs. */
int exec_check_container(const struct container *ctr, struct error **err);

/* Where a session's conmon works: BUNDLE/ID; arena. Gone once its exit is recorded. */
const char *exec_dir(struct engine *engine, struct arena *arena, const struct exec_session *session);
/* Records the exit if there is one to record: from the exit file, or from what the runtime said when it could not
 * start. */
int exec_settle(struct engine *engine, struct arena *arena, const struct exec_session *session, struct error **err);
/* Records the exits that nobody is left to record: of sessions that say they run while their conmon does not. */
int exec_repair(struct engine *engine, struct error **err);
/* Docker's exit code for a command that could not be started: 127 not found, else 126. */
int64_t exec_code_of(const struct error *why);
/* Records and cleans up. */
int exec_ended(struct engine *engine, struct arena *arena, const struct container *ctr,
               const struct exec_session *session, int64_t exit_code, struct error **err);
/* Two may do so at once (we and conmon's exit command): what one cannot remove, the other does, or the container's end.
 */
void exec_remove_dir(const char *dir);

/* conmon for a session whose row is claimed. With @attach the pipes are ready for exec_run(). */
int exec_spawn(struct engine *engine, struct arena *arena, const struct container *ctr,
               const struct exec_session *session, bool attach, int64_t rows, int64_t columns,
               struct conmon_pipes *ret_pipes, struct error **err);
/* Waits for the runtime's answer: the process id. */
int exec_await_pid(struct engine *engine, struct arena *arena, const struct exec_session *session,
                   struct conmon_pipes *pipes, int64_t *ret_pid, struct error **err);
