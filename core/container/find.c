#include <string.h>

#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/engine.h"

/* By id prefix: one is it, two are ambiguous. */
static struct container *find_prefix(struct engine *engine, const char *key, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT " ROW_COLUMNS " FROM containers WHERE id >= ?1 AND id < ?1 || 'g' AND state <> ?2 LIMIT 2", err);
    if (!stmt)
        return NULL;
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, 2, CONTAINER_CREATING);
    autocontainer *found = NULL;
    int row = state_step(engine->state, stmt, err);
    if (row > 0) {
        found = row_read(engine, stmt, err);
        if (!found)
            row = -1;
        else if ((row = state_step(engine->state, stmt, err)) > 0)
            error_set(err, ERROR_CONFLICT, 0, "multiple containers have an id that begins with %s: use a longer one", key);
    } else if (row == 0) {
        error_set_about(err, ERROR_NOT_FOUND, "container", key, "No such container: %s", key);
    }
    sqlite3_reset(stmt);
    return *err || row < 0 ? NULL : container_ref(found);
}

static struct container *find_exact(struct engine *engine, const char *key, struct error **err)
{
    struct container *found = NULL;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT " ROW_COLUMNS " FROM containers WHERE (name = ?1 OR id = ?1) AND state <> ?2", err);
    if (!stmt)
        return NULL;
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, 2, CONTAINER_CREATING);
    if (state_step(engine->state, stmt, err) > 0)
        found = row_read(engine, stmt, err);
    sqlite3_reset(stmt);
    return found;
}

static struct container *look_up(struct engine *engine, const char *name, struct error **err)
{
    if (!state_lock(engine->state, err))
        return NULL;
    struct container *found = find_exact(engine, name, err);
    if (!found && !*err) {
        if (str_is_hex(name))
            found = find_prefix(engine, name, err);
        else
            error_set_about(err, ERROR_NOT_FOUND, "container", name, "No such container: %s", name);
    }
    state_unlock(engine->state);
    return found;
}

struct container *container_find(struct engine *engine, const char *key, struct error **err)
{
    const char *name = *key == '/' ? key + 1 : key;
    if (!*name) {
        error_set(err, ERROR_INVALID, 0, "container: \"%s\" is not a name or id", key);
        return NULL;
    }
    if (container_repair_all(engine, err) < 0)
        return NULL;
    struct container *found = look_up(engine, name, err);
    if (!found || !container_repair_orphan(engine, found))
        return found;
    container_unref(found);
    return look_up(engine, name, err);
}
