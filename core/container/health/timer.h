#pragma once
/* The process that runs a container's health checks, as seen by others. Private to core/container. */
struct arena;
struct container;
struct engine;
struct error;
struct health_row;

#define HEALTH_TIMER_DIR "health-timer" /* of its checks, in the container's run directory */

/* Begins the timer of a container that was just started; nothing to do without a check. Failing is only logged: whoever
 * looks next begins it. */
void health_timer_start(struct engine *engine, const struct container *ctr);
/* Begins it anew when it is gone. @row: NULL when it was not read yet */
void health_timer_settle(struct engine *engine, const struct container *ctr, const struct health_row *row);
/* With the container's lock held, after its check became another: ends the timer there is, amid a check too, and begins
 * another one when it is needed. */
int health_timer_restart(struct engine *engine, const struct container *ctr, struct error **err);
/* Does what a result asks for. */
int health_follow_up(struct engine *engine, const struct container *ctr, int follow_up, struct error **err);
