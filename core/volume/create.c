#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/engine.h"
#include "core/volume/discard.h"
#include "core/volume/driver.h"
#include "core/volume/lock.h"
#include "core/volume/row.h"

static bool same_pairs(const struct str_map *a, const struct str_map *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(str_map_get(b, a->items[i].key), a->items[i].value))
            return false;
    return a->count == b->count;
}

/* Of one that is there: who says nothing about driver and options gets it as it is. */
static int check_same(const struct volume *volume, const struct volume_request *request, struct error **err)
{
    if (request->fresh)
        return error_set_about(err, ERROR_CONFLICT, "volume name", volume->name, "volume with name %s already exists", volume->name);
    if (!str_empty(request->driver) && strcmp(request->driver, volume->driver))
        return error_set_about(err, ERROR_CONFLICT, "volume name", volume->name,
                               "create %s: conflict: volume name must be unique: it exists with the driver %s, not %s",
                               volume->name, volume->driver, request->driver);
    if (request->options.count && !same_pairs(&request->options, &volume->options))
        return error_set_about(err, ERROR_CONFLICT, "volume name", volume->name,
                               "create %s: conflict: volume name must be unique: it exists with other options", volume->name);
    return 0;
}

/* @random: room for a name when the request has none. */
static const char *name_of(const struct volume_request *request, char random[ID_HEX_SIZE])
{
    if (!str_empty(request->name))
        return request->name;
    id_random(random);
    return random;
}

/* 1 it is there, 0 not, -1 with *err. @ret_stage: of a row that is not shown */
static int look_up(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume,
                   enum volume_stage *ret_stage, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int row = volume_row_find(engine, arena, name, ret_volume, ret_stage, err);
    state_unlock(engine->state);
    return row;
}

int volume_propose(struct engine *engine, struct arena *arena, const struct volume_request *request,
                   struct volume *ret_volume, struct error **err)
{
    char random[ID_HEX_SIZE];
    const char *name = name_of(request, random);
    enum volume_stage stage = VOLUME_READY;
    if (str_check_name(name, "volume name", err) < 0)
        return -1;
    int row = look_up(engine, arena, name, ret_volume, &stage, err);
    if (row > 0 && stage == VOLUME_READY)
        return check_same(ret_volume, request, err);
    if (row < 0 || volume_driver_check(engine, arena, request, err) < 0)
        return -1;
    volume_describe(engine, arena, request, name, ret_volume);
    return 0;
}

static int insert(struct engine *engine, const struct volume *volume, const char *container_id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0) {
        rc = volume_row_insert(engine, volume, err);
        if (rc == 0 && container_id)
            rc = state_exec(engine->state, err, "INSERT OR IGNORE INTO volume_users (volume, container_id) VALUES (?1, ?2)",
                            "ss", volume->name, container_id);
        if (rc == 0)
            rc = state_commit(engine->state, err);
        else
            state_rollback(engine->state);
    }
    state_unlock(engine->state);
    return rc;
}

static int finish(struct engine *engine, const struct volume *volume, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0) {
        rc = state_exec(engine->state, err, "UPDATE volumes SET stage = 0 WHERE name = ?1", "s", volume->name);
        if (rc == 0)
            rc = volume_row_event(engine, volume, "create", err);
        if (rc == 0)
            rc = state_commit(engine->state, err);
        else
            state_rollback(engine->state);
    }
    state_unlock(engine->state);
    return rc;
}

static int make(struct engine *engine, struct arena *arena, struct volume *volume, const char *container_id,
                struct error **err)
{
    volume->created_unix_ns = clock_now();
    if (insert(engine, volume, container_id, err) < 0)
        return -1;
    if (volume_driver_make(engine, arena, volume, err) == 0 && finish(engine, volume, err) == 0)
        return 0;
    autoerror *left = NULL;
    if (volume_discard(engine, arena, volume, &left) < 0)
        log_warn("undoing the creation of volume %s: %s", volume->name, left->message);
    return -1;
}

static int add_user(struct engine *engine, const char *name, const char *container_id, struct error **err)
{
    if (!container_id)
        return 0;
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "INSERT OR IGNORE INTO volume_users (volume, container_id) VALUES (?1, ?2)",
                        "ss", name, container_id);
    state_unlock(engine->state);
    return rc;
}

/* With its lock held. */
static int create(struct engine *engine, struct arena *arena, const struct volume_request *request, const char *name,
                  const char *container_id, struct volume *ret_volume, struct error **err)
{
    enum volume_stage stage = VOLUME_READY;
    int row = look_up(engine, arena, name, ret_volume, &stage, err);
    if (row > 0 && stage == VOLUME_READY)
        return check_same(ret_volume, request, err) < 0 ? -1 : add_user(engine, name, container_id, err);
    if (row < 0 || volume_driver_check(engine, arena, request, err) < 0 ||
        (row > 0 && volume_discard(engine, arena, ret_volume, err) < 0))
        return -1;
    volume_describe(engine, arena, request, name, ret_volume);
    if (volume_driver_plan(engine, arena, ret_volume, err) < 0)
        return -1;
    return make(engine, arena, ret_volume, container_id, err);
}

static int create_for(struct engine *engine, struct arena *arena, const struct volume_request *request,
                      const char *container_id, struct volume *ret_volume, struct error **err)
{
    char random[ID_HEX_SIZE];
    const char *name = name_of(request, random);
    if (str_check_name(name, "volume name", err) < 0)
        return -1;
    autofd lock = volume_lock(engine, name, "create", true, err);
    if (lock < 0)
        return -1;
    int rc = create(engine, arena, request, name, container_id, ret_volume, err);
    if (rc < 0 && (*err)->kind != ERROR_CONFLICT)
        volume_lock_remove(engine, name);
    return rc;
}

int volume_create(struct engine *engine, struct arena *arena, const struct volume_request *request,
                  struct volume *ret_volume, struct error **err)
{
    return create_for(engine, arena, request, NULL, ret_volume, err);
}

int volume_use(struct engine *engine, struct arena *arena, const struct volume_request *request, const char *container_id,
               struct error **err)
{
    struct volume volume;
    return create_for(engine, arena, request, container_id, &volume, err);
}
