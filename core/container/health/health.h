#pragma once
/*
 * Health checks: a command that the runtime executes in the container now and then, and what its results say.
 *
 * They need no server. A start begins a process of the container's own, `coracled healthcheck`, which sleeps until the
 * next check is due or the container ends, with nothing open in between. Its pid is in the database, so that whoever
 * looks at the container next begins another one when it was killed.
 *
 * Words, defaults and rules are Docker's (daemon/health.go of 26.1); what Docker does not have, an action when it fails
 * and a check of the time before, is podman's (libpod/healthcheck.go of 5.4).
 *
 * Times are Unix nanoseconds.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/container/container.h"
#include "core/container/health/types.h"

struct arena;
struct engine;
struct engine_options;
struct error;

struct container_health_report {
    enum container_health_status status;
    int64_t failing_streak;
    struct container_health_log log; /* oldest first; arena */
};

/* Another health check, or parts of one; what is NULL stays as it is. */
struct container_health_change {
    bool none; /* there is to be no check, and nothing else is said */
    const struct str_list *test, *startup_test;
    const int64_t *interval, *timeout, *start_period, *retries;
    const int64_t *startup_interval, *startup_timeout, *startup_retries, *startup_successes;
    const char *action;
    const int64_t *log_count, *log_size;
};
/* Changes @spec, whose checks are copied into @arena before. ERROR_INVALID: it is said how to run a check that there is not,
 * or none and something else; container_check_health()'s. */
int container_change_health(struct arena *arena, const struct container_health_change *change, struct container_spec *spec,
                            struct error **err);

/* Docker's word: none starting healthy unhealthy. */
const char *container_health_text(enum container_health_status status);
/* Whether it has a check that is not NONE. */
bool container_has_health_check(const struct container_spec *spec);
/* ERROR_INVALID names the member: times below 1 ms, negative numbers, a test that is none. */
int container_check_health(const struct container_spec *spec, struct error **err);

/* As far as its last run came. Begins its timer anew when that is gone. */
int container_health(struct engine *engine, struct arena *arena, const struct container *ctr,
                     struct container_health_report *ret_report, struct error **err);
/* Runs the check now, records it and acts on it. *ret_passed: the check did; the report is what there is after it.
 *   ERROR_CONFLICT   it does not run, or has no check */
int container_health_run(struct engine *engine, struct arena *arena, const char *key, bool *ret_passed,
                         struct container_health_report *ret_report, struct error **err);
/* What the timer process does: returns when the container's run has ended, or another one has its checks. */
int container_watch_health(const struct engine_options *options, const char *id, struct error **err);
