#pragma once
/* What a new boot makes untrue. Private to core/state. */
struct engine;
struct error;
struct state;

/* With the connection locked: when the kernel's boot id is not the stored one, containers that ran are exited, exec
 * sessions ended, leases and ports free; all in one transaction, which the event "refresh" of the system tells about. */
int state_reset_after_boot(struct engine *engine, struct state *state, struct error **err);
