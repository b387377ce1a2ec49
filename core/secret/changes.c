#include "core/secret/changes.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/secret/driver.h"
#include "core/state/state.h"

#define OPTIONS_MAX_BYTES (256u << 10)

int change_begin(struct engine *engine, const struct secret *secret, bool removing, struct error **err)
{
    const struct secret_options options = { secret->options };
    autobuf text = BUF(OPTIONS_MAX_BYTES);
    schema_encode(&text, secret_options_schema(), &options, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_INVALID, 0, "driveropts: more than %u bytes", OPTIONS_MAX_BYTES);
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "INSERT OR REPLACE INTO secret_changes (id, driver, options, removing) VALUES (?1, ?2, ?3, ?4)",
                        "sssi", secret->id, secret->driver, buf_text(&text), (int64_t)removing);
    state_unlock(engine->state);
    return rc;
}

static int add_event(struct engine *engine, const char *action, const struct secret *about, struct error **err)
{
    struct str_pair name = { "name", about->name };
    const struct str_map attributes = { &name, 1 };
    return event_add(engine, "secret", action, about->id, &attributes, err);
}

static int end_in_transaction(struct engine *engine, const char *const ids[2], const char *action, const struct secret *about,
                              struct error **err)
{
    for (size_t i = 0; i < 2 && ids[i]; i++)
        if (state_exec(engine->state, err, "DELETE FROM secret_changes WHERE id = ?1", "s", ids[i]) < 0)
            return -1;
    return action ? add_event(engine, action, about, err) : 0;
}

int change_end(struct engine *engine, const char *const ids[2], const char *action, const struct secret *about,
               struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_begin(engine->state, err);
    if (rc == 0 && (rc = end_in_transaction(engine, ids, action, about, err)) < 0)
        state_rollback(engine->state);
    else if (rc == 0)
        rc = state_commit(engine->state, err);
    state_unlock(engine->state);
    return rc;
}

struct change {
    struct secret secret; /* without name and times */
    bool removing;
};

static int read_changes(struct engine *engine, struct arena *arena, struct change **ret_changes, size_t *ret_count,
                        struct error **err)
{
    struct change *changes = NULL;
    size_t count = 0;
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT id, driver, options, removing FROM secret_changes", err);
    int row = -1;
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0) {
        autoerror *ignored = NULL; /* our own writing */
        const char *text = state_text(stmt, 2);
        const struct secret_options *options =
            schema_decode(arena, secret_options_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &ignored);
        struct change *grown = arena_array(arena, count + 1, sizeof *grown);
        if (count)
            memcpy(grown, changes, count * sizeof *grown);
        changes = grown;
        changes[count] = (struct change){ .removing = sqlite3_column_int(stmt, 3) };
        changes[count].secret.id = arena_strdup(arena, state_text(stmt, 0));
        changes[count].secret.driver = arena_strdup(arena, state_text(stmt, 1));
        changes[count++].secret.options = options ? options->options : (struct str_map){ 0 };
    }
    state_unlock(engine->state);
    *ret_changes = changes;
    *ret_count = count;
    return row;
}

static void forget_value(const struct secret *secret)
{
    autoerror *err = NULL;
    const struct secret_driver *driver = secret_driver_find(secret->driver, &err);
    if ((!driver || driver->forget(&secret->options, secret->id, &err) < 0) && err->kind != ERROR_NOT_FOUND)
        log_warn("removing what an interrupted change left of secret %s: %s", secret->id, err->message);
}

static int finish(struct engine *engine, struct arena *arena, const struct change *change, struct error **err)
{
    struct secret_table table;
    autoerror *none = NULL;
    if (secret_table_read(engine, arena, true, &table, err) < 0)
        return -1;
    const char *const ids[2] = { change->secret.id };
    long at = secret_table_find(&table, change->secret.id, false, &none);
    if (at >= 0 && !change->removing)
        return change_end(engine, ids, NULL, NULL, err);
    forget_value(&change->secret);
    if (at < 0)
        return change_end(engine, ids, NULL, NULL, err);
    struct secret gone = table.items[at].secret;
    table.items[at] = table.items[--table.count];
    if (secret_table_write(engine, &table, err) < 0)
        return -1;
    return change_end(engine, ids, "remove", &gone, err);
}

int change_repair(struct engine *engine, bool lock, struct error **err)
{
    autoarena *arena = arena_new();
    struct change *changes;
    size_t count;
    if (!lock) { /* a look without the lock: mostly there is nothing */
        if (read_changes(engine, arena, &changes, &count, err) < 0)
            return -1;
        if (!count)
            return -2;
    }
    autofd held = secret_lock(engine, err);
    if (held < 0 || read_changes(engine, arena, &changes, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (finish(engine, arena, &changes[i], err) < 0)
            return -1;
    return fd_take(&held);
}

int secret_repair(struct engine *engine, struct error **err)
{
    int held = change_repair(engine, false, err);
    if (held >= 0)
        fd_close(held);
    return held == -1 ? -1 : 0;
}
