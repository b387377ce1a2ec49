#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/health/health.h"
#include "core/container/health/timer.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/conmon.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

#define MAX_TEXT_BYTES (16u << 20)

/* ---- what is asked for, over what there is ---- */

static size_t size_of(const struct schema_field *field)
{
    if (field->shape == SCHEMA_LIST || field->shape == SCHEMA_MAP)
        return sizeof(struct str_list);
    return field->shape == SCHEMA_ONE && field->kind == SCHEMA_BOOL ? sizeof(bool) : sizeof(int64_t);
}

static bool says_something(const struct schema_field *field, const char *value)
{
    static const char nothing[sizeof(struct str_list)];
    if (field->shape == SCHEMA_ONE && field->kind == SCHEMA_STR)
        return !str_empty(*(const char *const *)value);
    if (field->shape == SCHEMA_LIST || field->shape == SCHEMA_MAP)
        return ((const struct str_list *)value)->count > 0;
    return memcmp(value, nothing, size_of(field)) != 0;
}

static void merge(struct container_resources *into, const struct container_resources *from)
{
    const struct schema *schema = container_resources_schema();
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        if (says_something(field, (const char *)from + field->offset))
            memcpy((char *)into + field->offset, (const char *)from + field->offset, size_of(field));
    }
}

/* What contradicts a limit that stays is refused in Docker's words. */
static int check_merge(const struct container_resources *old, const struct container_resources *wish, struct error **err)
{
    if (wish->nano_cpus && (old->cpu_period || old->cpu_quota))
        return error_set(err, ERROR_INVALID, 0, "Conflicting options: Nano CPUs cannot be updated as CPU Period or Quota has already been set");
    if ((wish->cpu_period || wish->cpu_quota) && old->nano_cpus)
        return error_set(err, ERROR_INVALID, 0, "Conflicting options: CPU Period or Quota cannot be updated as NanoCPUs has already been set");
    if (wish->memory && !wish->memory_swap && old->memory_swap > 0 && wish->memory > old->memory_swap)
        return error_set(err, ERROR_INVALID, 0, "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
    return 0;
}

static int plan(struct arena *arena, const struct container *ctr, const struct container_update *wish, struct container_spec *ret_spec, struct error **err)
{
    *ret_spec = *ctr->spec;
    if (check_merge(&ctr->spec->resources, &wish->resources, err) < 0)
        return -1;
    merge(&ret_spec->resources, &wish->resources);
    if (wish->health && container_change_health(arena, wish->health, ret_spec, err) < 0)
        return -1;
    if (str_empty(wish->restart_policy))
        return 0;
    if (ctr->spec->auto_remove && strcmp(wish->restart_policy, "no"))
        return error_set(err, ERROR_INVALID, 0, "Restart policy cannot be updated because AutoRemove is enabled for the container");
    ret_spec->restart_policy = wish->restart_policy;
    ret_spec->restart_max = wish->restart_max;
    return 0;
}

/* ---- doing it ---- */

static int tell_runtime(struct engine *engine, struct arena *arena, const struct container *ctr, const struct buf *resources,
                        struct error **err)
{
    const char *path = arena_printf(arena, "%s/resources.json", store_container_run_dir(engine->store, arena, ctr->id));
    const char *update[] = { "update", arena_printf(arena, "--resources=%s", path), ctr->id, NULL };
    if (path_write_inplace(path, resources->data, resources->len, 0600, err) < 0)
        return -1;
    int rc = runtime_run(engine, ctr->runtime, update, err);
    unlink(path);
    return rc;
}

/* The status goes with the check; one that is new to a container that runs begins as it would at a start. */
static int write_down(struct engine *engine, const struct container *ctr, const char *spec, bool has_check, struct error **err)
{
    return row_change(engine, ctr, "update", NULL, err,
                      "UPDATE containers SET spec = ?1, rev = rev + 1, health = CASE WHEN ?3 = 0 THEN 0"
                      " WHEN health = 0 AND state IN (?4, ?5) THEN ?6 ELSE health END WHERE id = ?2", "ssiiii", spec, ctr->id,
                      (int64_t)has_check, (int64_t)CONTAINER_RUNNING, (int64_t)CONTAINER_PAUSED, (int64_t)CONTAINER_HEALTH_STARTING);
}

/* The runtime first: what it cannot do is not written down. */
static int apply(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_spec *spec, bool limits,
                 struct str_list *ret_warnings, struct error **err)
{
    autobuf text = BUF(MAX_TEXT_BYTES), resources = BUF(MAX_TEXT_BYTES);
    struct container changed = *ctr;
    changed.spec = spec;
    if (oci_check(engine, arena, &changed, ret_warnings, err) < 0 || oci_resources(engine, arena, &changed, &resources, err) < 0)
        return -1;
    if (limits && container_has_process(ctr) && tell_runtime(engine, arena, ctr, &resources, err) < 0)
        return -1;
    schema_encode(&text, container_spec_schema(), spec, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "the container's specification would be larger than %u bytes", MAX_TEXT_BYTES);
    return write_down(engine, ctr, buf_text(&text), container_has_health_check(spec), err);
}

static bool says_limits(const struct container_resources *wish)
{
    const struct schema *schema = container_resources_schema();
    for (size_t i = 0; i < schema->count; i++)
        if (says_something(&schema->fields[i], (const char *)wish + schema->fields[i].offset))
            return true;
    return false;
}

/* The timer sleeps by what it has read. */
static int restart_timer(struct engine *engine, const char *id, struct error **err)
{
    autocontainer *now = row_get(engine, id, err);
    return now ? health_timer_restart(engine, now, err) : -1;
}

static int update_locked(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_update *wish,
                         struct str_list *ret_warnings, struct error **err)
{
    struct container_spec spec;
    if (plan(arena, ctr, wish, &spec, err) < 0 || apply(engine, arena, ctr, &spec, says_limits(&wish->resources), ret_warnings, err) < 0)
        return -1;
    return wish->health ? restart_timer(engine, ctr->id, err) : 0;
}

int container_update(struct engine *engine, struct arena *arena, const char *key, const struct container_update *wish,
                     struct str_list *ret_warnings, struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, "update", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, found->id, err);
    if (!ctr)
        return -1;
    if (ctr->state == CONTAINER_REMOVING || ctr->state == CONTAINER_DEAD)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is %s: it cannot be updated", ctr->id,
                               container_state_text(ctr->state));
    return update_locked(engine, arena, ctr, wish, ret_warnings, err);
}
