#include "core/container/health/health.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/container/health/probe.h"
#include "core/container/health/rows.h"
#include "core/container/health/timer.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"

static int report(struct engine *engine, struct arena *arena, const struct container *ctr, struct health_row *row,
                  struct container_health_report *ret_report, struct error **err)
{
    if (health_row_get(engine, arena, ctr, row, err) < 0)
        return -1;
    *ret_report = (struct container_health_report){ .status = ctr->health, .failing_streak = row->state.streak, .log = row->log };
    return 0;
}

int container_health(struct engine *engine, struct arena *arena, const struct container *ctr,
                     struct container_health_report *ret_report, struct error **err)
{
    struct health_row row;
    if (report(engine, arena, ctr, &row, ret_report, err) < 0)
        return -1;
    health_timer_settle(engine, ctr, &row);
    return 0;
}

static int probe(struct engine *engine, struct arena *arena, const struct container *ctr, struct container_health_result *result,
                 struct error **err)
{
    char id[ID_HEX_SIZE];
    struct health_row row;
    autofd process = process_open(ctr->pid, row_pid_start(ctr));
    if (process < 0)
        return 0;
    if (health_row_get(engine, arena, ctr, &row, err) < 0)
        return -1;
    id_random(id);
    return health_probe(engine, arena, ctr, health_check_of(ctr->spec, &row.state), arena_printf(arena, "health-%.12s", id), process, result,
                        err);
}

int container_health_run(struct engine *engine, struct arena *arena, const char *key, bool *ret_passed,
                         struct container_health_report *ret_report, struct error **err)
{
    struct container_health_result result;
    struct health_row row;
    enum health_follow_up follow_up;
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return -1;
    if (!container_has_health_check(ctr->spec))
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s has no defined healthcheck", ctr->id);
    if (ctr->state != CONTAINER_RUNNING)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running", ctr->id);
    int rc = probe(engine, arena, ctr, &result, err);
    if (rc > 0)
        rc = health_row_record(engine, ctr, &result, &follow_up, err);
    if (rc == 0)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s ended during its health check", ctr->id);
    autocontainer *now = rc < 0 ? NULL : row_get(engine, ctr->id, err);
    if (!now || report(engine, arena, now, &row, ret_report, err) < 0)
        return -1;
    *ret_passed = result.exit_code == 0;
    return health_follow_up(engine, ctr, follow_up, err);
}
