#include "core/volume/row.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/volume/options.h"
#include "core/volume/plugin.h"
#include "core/volume/words.h"

#define MAX_WORDS_BYTES (256u << 10)

static struct str_map read_words(struct arena *arena, const char *text)
{
    autoerror *ignored = NULL; /* our own writing */
    const struct volume_words *words = schema_decode(arena, volume_words_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &ignored);
    return words ? words->words : (struct str_map){ 0 };
}

static int write_words(const char *field, const struct str_map *map, struct buf *text, struct error **err)
{
    const struct volume_words words = { *map };
    schema_encode(text, volume_words_schema(), &words, SCHEMA_NEWEST);
    return text->full ? error_set(err, ERROR_TOO_LARGE, 0, "%s: more than %u bytes", field, MAX_WORDS_BYTES) : 0;
}

static const char *mountpoint_of(struct engine *engine, struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/volumes/%s/_data", engine->state_dir, name);
}

/* What follows from driver and options. */
static void derive(struct arena *arena, struct volume *volume)
{
    struct local_options options;
    autoerror *ignored = NULL; /* they were checked when it was made */
    volume->needs_mount = strcmp(volume->driver, "local");
    if (volume->needs_mount || !volume->options.count ||
        local_options_parse(arena, volume->name, &volume->options, &options, &ignored) < 0)
        return;
    volume->needs_mount = options.mounts;
    volume->uid = options.uid;
    volume->gid = options.gid;
}

void volume_describe(struct engine *engine, struct arena *arena, const struct volume_request *request,
                     const char *name, struct volume *ret_volume)
{
    const char *driver = str_or(request->driver, "local");
    *ret_volume = (struct volume){
        .name = arena_strdup(arena, name),
        .driver = driver,
        .scope = "local",
        .mountpoint = plugin_is(driver) ? "" : mountpoint_of(engine, arena, name),
        .labels = request->labels,
        .options = request->options,
        .anonymous = request->anonymous,
        .needs_copy_up = true,
        .needs_chown = true,
        .storage_id = "",
    };
    derive(arena, ret_volume);
}

void volume_row_read(struct engine *engine, struct arena *arena, sqlite3_stmt *stmt, struct volume *ret_volume)
{
    const char *name = arena_strdup(arena, state_text(stmt, 0)), *driver = arena_strdup(arena, state_text(stmt, 5));
    *ret_volume = (struct volume){
        .name = name,
        .driver = driver,
        .scope = arena_strdup(arena, state_text(stmt, 12)),
        .mountpoint = plugin_is(driver) ? arena_strdup(arena, state_text(stmt, 13)) : mountpoint_of(engine, arena, name),
        .created_unix_ns = sqlite3_column_int64(stmt, 1),
        .labels = read_words(arena, state_text(stmt, 2)),
        .options = read_words(arena, state_text(stmt, 3)),
        .anonymous = sqlite3_column_int(stmt, 4),
        .needs_copy_up = !sqlite3_column_int(stmt, 6),
        .needs_chown = !sqlite3_column_int(stmt, 7),
        .users = sqlite3_column_int64(stmt, 9),
        .mounts = sqlite3_column_int64(stmt, 10),
        .storage_id = arena_strdup(arena, state_text(stmt, 11)),
    };
    derive(arena, ret_volume);
}

int volume_row_find(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume,
                    enum volume_stage *ret_stage, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state, VOLUME_ROWS " WHERE name = ?1", err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    int row = state_step(engine->state, stmt, err);
    if (row > 0) {
        volume_row_read(engine, arena, stmt, ret_volume);
        *ret_stage = (enum volume_stage)sqlite3_column_int(stmt, 8);
    }
    sqlite3_reset(stmt);
    return row;
}

int volume_row_insert(struct engine *engine, const struct volume *volume, struct error **err)
{
    autobuf labels = BUF(MAX_WORDS_BYTES), options = BUF(MAX_WORDS_BYTES);
    if (write_words("labels", &volume->labels, &labels, err) < 0 ||
        write_words("options", &volume->options, &options, err) < 0)
        return -1;
    return state_exec(engine->state, err,
                      "INSERT INTO volumes (name, created, labels, options, anonymous, driver, stage, chowned, storage_id, scope)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                      "sissisiiss", volume->name, volume->created_unix_ns, buf_text(&labels), buf_text(&options),
                      (int64_t)volume->anonymous, volume->driver, (int64_t)VOLUME_MAKING, (int64_t)!volume->needs_chown,
                      volume->storage_id, volume->scope);
}

int volume_row_event(struct engine *engine, const struct volume *volume, const char *action, struct error **err)
{
    struct str_pair pair = { "driver", volume->driver };
    const struct str_map attributes = { &pair, 1 };
    return event_add(engine, "volume", action, volume->name, &attributes, err);
}

static int add_ids(struct engine *engine, struct arena *arena, const char *sql, const char *name, struct str_list *ids,
                   struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state, sql, err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    int row;
    while ((row = state_step(engine->state, stmt, err)) > 0)
        str_list_add(arena, ids, arena_strdup(arena, state_text(stmt, 0)));
    return row;
}

int volume_row_users(struct engine *engine, struct arena *arena, const char *name, struct str_list *ids, struct error **err)
{
    return add_ids(engine, arena, "SELECT container_id FROM volume_users WHERE volume = ?1", name, ids, err);
}

int volume_row_jobs(struct engine *engine, struct arena *arena, const char *name, struct str_list *ids, struct error **err)
{
    return add_ids(engine, arena, "SELECT user FROM volume_mounts WHERE volume = ?1 AND user LIKE 'job-%'", name, ids, err);
}
