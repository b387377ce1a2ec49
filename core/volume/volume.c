#include "core/volume/volume.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/state/state.h"
#include "core/volume/words.h"

#define MAX_WORDS_BYTES (256u << 10)

static struct str_pair driver_pair = { "driver", "local" };
static const struct str_map driver = { &driver_pair, 1 }; /* what every event of a volume says */

static struct str_map read_words(struct arena *arena, const char *text)
{
    autoerror *ignored = NULL; /* our own writing */
    const struct volume_words *words = schema_decode(arena, volume_words_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &ignored);
    return words ? words->words : (struct str_map){ 0 };
}

static void read_row(struct engine *engine, struct arena *arena, sqlite3_stmt *stmt, struct volume *volume)
{
    const char *name = arena_strdup(arena, state_text(stmt, 0));
    *volume = (struct volume){
        .name = name,
        .driver = "local",
        .scope = "local",
        .mountpoint = arena_printf(arena, "%s/volumes/%s/_data", engine->state_dir, name),
        .created_unix_ns = sqlite3_column_int64(stmt, 1),
        .labels = read_words(arena, state_text(stmt, 2)),
        .options = read_words(arena, state_text(stmt, 3)),
        .anonymous = sqlite3_column_int(stmt, 4),
    };
}

/* With the database locked: 1 found, 0 not, -1 with *err. */
static int look_up(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT name, created, labels, options, anonymous FROM volumes WHERE name = ?1", err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    int row = state_step(engine->state, stmt, err);
    if (row > 0)
        read_row(engine, arena, stmt, ret_volume);
    sqlite3_reset(stmt);
    return row;
}

int volume_find(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int row = look_up(engine, arena, name, ret_volume, err);
    state_unlock(engine->state);
    if (row == 0)
        return error_set_about(err, ERROR_NOT_FOUND, "volume", name, "get %s: no such volume", name);
    return row < 0 ? -1 : 0;
}

static int insert(struct engine *engine, const char *name, const struct str_map *labels, bool anonymous, struct error **err)
{
    const struct volume_words words = { *labels };
    autobuf text = BUF(MAX_WORDS_BYTES);
    schema_encode(&text, volume_words_schema(), &words, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "labels: more than %u bytes", MAX_WORDS_BYTES);
    if (state_begin(engine->state, err) < 0)
        return -1;
    if (state_exec(engine->state, err, "INSERT INTO volumes (name, created, labels, options, anonymous) VALUES (?1, ?2, ?3, '{}', ?4)", "sisi", name,
                   clock_now(), buf_text(&text), (int64_t)anonymous) < 0 ||
        event_add(engine, "volume", "create", name, &driver, err) < 0) {
        state_rollback(engine->state);
        return -1;
    }
    return state_commit(engine->state, err);
}

int volume_propose(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume,
                   struct error **err)
{
    char random[ID_HEX_SIZE];
    bool anonymous = str_empty(name);
    if (anonymous) {
        id_random(random);
        name = random;
    }
    if (str_check_name(name, "volume", err) < 0 || !state_lock(engine->state, err))
        return -1;
    int row = look_up(engine, arena, name, ret_volume, err);
    state_unlock(engine->state);
    if (row == 0)
        *ret_volume = (struct volume){
            .name = arena_strdup(arena, name),
            .driver = "local",
            .scope = "local",
            .mountpoint = arena_printf(arena, "%s/volumes/%s/_data", engine->state_dir, name),
            .anonymous = anonymous,
        };
    return row < 0 ? -1 : 0;
}

int volume_ensure(struct engine *engine, struct arena *arena, const char *name, bool anonymous,
                  const struct str_map *labels, struct volume *ret_volume, struct error **err)
{
    if (str_check_name(name, "volume", err) < 0 || !state_lock(engine->state, err))
        return -1;
    int row = look_up(engine, arena, name, ret_volume, err);
    if (row == 0)
        row = insert(engine, name, labels, anonymous, err) < 0 ? -1 : look_up(engine, arena, name, ret_volume, err);
    state_unlock(engine->state);
    return row < 0 ? -1 : path_mkdirs(ret_volume->mountpoint, 0755, err);
}

int volume_use(struct engine *engine, const char *name, const char *container_id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "INSERT OR IGNORE INTO volume_users (volume, container_id) VALUES (?1, ?2)", "ss", name, container_id);
    state_unlock(engine->state);
    return rc;
}

/* Volumes only this container uses and that go with it: anonymous ones when asked for, and what has no row, because it
 * was not made to the end or not removed to the end. */
static int list_orphans(struct engine *engine, struct arena *arena, const char *container_id, bool anonymous,
                        struct str_list *ret_names, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(
        engine->state,
        "SELECT volume FROM volume_users LEFT JOIN volumes ON name = volume"
        " WHERE container_id = ?1 AND (name IS NULL OR (anonymous = 1 AND ?2)) AND NOT EXISTS"
        " (SELECT 1 FROM volume_users AS other WHERE other.volume = volume_users.volume AND other.container_id <> ?1)",
        err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, container_id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(stmt, 2, anonymous);
    int row;
    while ((row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ret_names, arena_strdup(arena, state_text(stmt, 0)));
    return row;
}

/* The rows of volumes that go; who used them stays on record until their directories are gone as well. */
static int forget_volumes(struct engine *engine, const struct str_list *gone, struct error **err)
{
    if (!gone->count)
        return 0;
    if (state_begin(engine->state, err) < 0)
        return -1;
    int rc = 0;
    for (size_t i = 0; !rc && i < gone->count; i++) {
        rc = state_exec(engine->state, err, "DELETE FROM volumes WHERE name = ?1", "s", gone->items[i]);
        if (!rc)
            rc = event_add(engine, "volume", "destroy", gone->items[i], &driver, err);
    }
    if (rc < 0) {
        state_rollback(engine->state);
        return -1;
    }
    return state_commit(engine->state, err);
}

static int begin_release(struct engine *engine, struct arena *arena, const char *container_id, bool anonymous,
                         struct str_list *ret_gone, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = list_orphans(engine, arena, container_id, anonymous, ret_gone, err);
    if (rc == 0)
        rc = forget_volumes(engine, ret_gone, err);
    state_unlock(engine->state);
    return rc;
}

static int end_release(struct engine *engine, const char *container_id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "DELETE FROM volume_users WHERE container_id = ?1", "s", container_id);
    state_unlock(engine->state);
    return rc;
}

int volume_release(struct engine *engine, const char *container_id, bool remove_anonymous, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list gone = { 0 };
    if (begin_release(engine, arena, container_id, remove_anonymous, &gone, err) < 0)
        return -1;
    for (size_t i = 0; i < gone.count; i++) {
        autoerror *left = NULL; /* without its row nobody uses the directory: what cannot go now is only garbage */
        if (path_remove_tree(arena_printf(arena, "%s/volumes/%s", engine->state_dir, gone.items[i]), &left) < 0)
            log_warn("%s", left->message);
    }
    return end_release(engine, container_id, err);
}
