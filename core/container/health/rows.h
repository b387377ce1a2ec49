#pragma once
/* Health in the database: each call is one transaction, with the event that tells of it. Private to core/container. */
#include <stdbool.h>
#include <stdint.h>

#include "core/container/health/rules.h"

struct health_row {
    struct health_state state;
    int64_t timer_pid, timer_start; /* 0 when there is none */
    struct container_health_log log; /* arena */
};
/* Of one without a row: as it starts. */
int health_row_get(struct engine *engine, struct arena *arena, const struct container *ctr, struct health_row *ret_row, struct error **err);
/* Makes this process the container's timer. 1: it is; 0: another one lives, or this run is over. */
int health_row_claim(struct engine *engine, const struct container *ctr, struct error **err);
/* Records a result of this run, @follow_up: what comes of it. 0 when that run is over: nothing was recorded. */
int health_row_record(struct engine *engine, const struct container *ctr, const struct container_health_result *result,
                      enum health_follow_up *ret_follow_up, struct error **err);
