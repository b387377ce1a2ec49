#pragma once
/* The end of a container's run. Private to core/container. */
#include <stdbool.h>
#include <stdint.h>

struct container;
struct engine;
struct error;

/* With the lock held and the process gone: records exit and event first, together with what comes next, then takes mounts
 * and the runtime's state down. The network is left to network_finish(), which needs no lock. Reads conmon's exit file; @fallback_code when there is none. @last:
 * nothing comes next; else the restart policy decides (the row says restarting then), and a container of --rm is
 * removed. */
int container_finish_run(struct engine *engine, const struct container *ctr, int64_t fallback_code, bool last,
                         struct error **err);
/* The second half of that, for one that was recorded and not taken down. */
int container_finish_take_down(struct engine *engine, const struct container *ctr, struct error **err);
/* Takes down whatever a run may have set up but its network; nothing there is fine. Says nothing of it to the database. */
void container_take_down(struct engine *engine, const struct container *ctr);
/* With the lock held, of a row that says removing: removes what it has, and at last the row. */
int container_finish_remove(struct engine *engine, const struct container *ctr, struct error **err);
/* As container_stop(), of a run after which another comes: it is not the end of a container of --rm. */
int container_stop_to_restart(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal,
                              struct error **err);
/* Waits until the exit is recorded by whoever does it: the exit command, or ourselves when conmon is gone. @timeout_ms:
 * -1 for ever. 1 it ended, 0 timeout, -1 with *err */
int container_await_exit(struct engine *engine, const struct container *ctr, int timeout_ms, struct error **err);
/* With the lock held: kills everything at once and finishes the run without waiting for the exit command, to which the
 * network is left. */
int container_end_now(struct engine *engine, const struct container *ctr, struct error **err);
/* Whether the row says that it runs while neither its process nor its conmon does, so that nobody records the end. */
bool container_is_orphan(struct engine *engine, const struct container *ctr);
/* Whether it is due to be started again, now that it ended with @exit_code. */
bool container_wants_restart(const struct container *ctr, int64_t exit_code);
/* Starts `coracled cleanup` for a container that is restarting and that nobody may be waiting for any more. Returns at
 * once; two that wait for the same one do no harm. */
int container_follow_up(struct engine *engine, const char *id, struct error **err);
/* Starts one of our own programs, in a session and a cgroup in which it outlives us, and buries it when it ends. */
int container_spawn(const char *const *argv, struct error **err);
