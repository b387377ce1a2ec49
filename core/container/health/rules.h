#pragma once
/* What a health check's results make of a container, and when the next one is due: no processes, no database. Private to
 * core/container. */
#include <stdbool.h>
#include <stdint.h>

#include "core/container/container.h"
#include "core/container/health/types.h"

#define HEALTH_NO_CHECK INT64_MAX

struct health_state { /* of one run */
    enum container_health_status status;
    int64_t streak; /* failures since the last success */
    bool startup_passed;
    int64_t startup_successes, startup_failures; /* in a row; since it started */
};
enum health_follow_up { HEALTH_NOTHING, HEALTH_KILL, HEALTH_RESTART, HEALTH_STOP };

/* The check that runs in this state: the startup check until it passed. */
const struct container_health *health_check_of(const struct container_spec *spec, const struct health_state *state);
/* Nanoseconds it may take. */
int64_t health_timeout(const struct container_health *check);
/* Nanoseconds from now to the next one; HEALTH_NO_CHECK: none is to come by itself. @first: of this timer */
int64_t health_delay(const struct container_spec *spec, const struct health_state *state, int64_t started_unix_ns, int64_t now_unix_ns,
                     bool first);
/* Changes @state by a result of the check that was due in it. */
enum health_follow_up health_apply(const struct container_spec *spec, int64_t started_unix_ns, const struct container_health_result *result,
                                   struct health_state *state);
/* How many results are kept, and how many bytes of each one's output. */
int64_t health_log_count(const struct container_spec *spec);
int64_t health_log_size(const struct container_spec *spec);
