#include "core/container/row.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/engine.h"
#include "core/event/event.h"

#define CACHE_BUCKETS 512
#define CACHE_MAX 2048

struct snapshot {
    struct container ctr; /* first: a container is its snapshot */
    atomic_uint references;
    struct arena *arena;
    int64_t rev, pid_start;
    bool remove_volumes, stopped_to_restart;
};

struct cached {
    struct cached *next;
    struct snapshot *snapshot;
};

/* Used with the database's mutex held, so it needs none of its own. */
struct container_cache {
    struct cached *buckets[CACHE_BUCKETS];
    size_t count;
};

struct container *container_ref(struct container *ctr)
{
    atomic_fetch_add(&((struct snapshot *)ctr)->references, 1);
    return ctr;
}

void container_unref(struct container *ctr)
{
    struct snapshot *snapshot = (struct snapshot *)ctr;
    if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) > 1)
        return;
    arena_free(snapshot->arena);
    free(snapshot);
}

int64_t row_pid_start(const struct container *ctr)
{
    return ((const struct snapshot *)ctr)->pid_start;
}

bool row_stopped_to_restart(const struct container *ctr)
{
    return ((const struct snapshot *)ctr)->stopped_to_restart;
}

bool row_removes_volumes(const struct container *ctr)
{
    return ((const struct snapshot *)ctr)->remove_volumes;
}

void row_run(const struct container *ctr, struct container_run *ret_run)
{
    *ret_run = (struct container_run){
        .pid_start = row_pid_start(ctr),
        .netns_path = ctr->netns_path,
        .mountpoint = ctr->mountpoint,
        .runtime = ctr->runtime,
        .remove_volumes = row_removes_volumes(ctr),
    };
    ret_run->addresses.items = ctr->addresses.items;
    ret_run->addresses.count = ctr->addresses.count;
    ret_run->ports.items = ctr->ports.items;
    ret_run->ports.count = ctr->ports.count;
}

static struct cached **bucket_of(struct container_cache *cache, const char *id)
{
    char digits[9] = "";
    memcpy(digits, id, strnlen(id, sizeof digits - 1));
    return &cache->buckets[strtoul(digits, NULL, 16) % CACHE_BUCKETS];
}

static void cache_clear(struct container_cache *cache)
{
    for (size_t i = 0; i < CACHE_BUCKETS; i++) {
        while (cache->buckets[i]) {
            struct cached *gone = cache->buckets[i];
            cache->buckets[i] = gone->next;
            container_unref(&gone->snapshot->ctr);
            free(gone);
        }
    }
    cache->count = 0;
}

void container_cache_free(struct container_cache *cache)
{
    if (!cache)
        return;
    cache_clear(cache);
    free(cache);
}

static struct container *cache_find(struct container_cache *cache, const char *id, int64_t rev)
{
    for (struct cached *at = *bucket_of(cache, id); at; at = at->next)
        if (at->snapshot->rev == rev && !strcmp(at->snapshot->ctr.id, id))
            return container_ref(&at->snapshot->ctr);
    return NULL;
}

/* Replaces an older snapshot; removed containers go when the cache is full. */
static void cache_put(struct container_cache *cache, struct snapshot *snapshot)
{
    container_ref(&snapshot->ctr);
    struct cached **bucket = bucket_of(cache, snapshot->ctr.id);
    for (struct cached *at = *bucket; at; at = at->next) {
        if (!strcmp(at->snapshot->ctr.id, snapshot->ctr.id)) {
            container_unref(&at->snapshot->ctr);
            at->snapshot = snapshot;
            return;
        }
    }
    if (cache->count == CACHE_MAX)
        cache_clear(cache);
    struct cached *added = mem_alloc(sizeof *added);
    *added = (struct cached){ *bucket, snapshot };
    *bucket = added;
    cache->count++;
}

static const void *decode(struct arena *arena, const struct schema *schema, sqlite3_stmt *stmt, int column, struct error **err)
{
    const char *text = state_text(stmt, column);
    const void *object = schema_decode(arena, schema, text, strlen(text), SCHEMA_LIMITS, NULL, err);
    if (!object) {
        error_wrap(err, "state.db: %s of container %s", schema->name, state_text(stmt, 0));
        (*err)->kind = ERROR_INTERNAL; /* no client wrote that */
    }
    return object;
}

static int fill(struct snapshot *snapshot, sqlite3_stmt *stmt, struct error **err)
{
    struct arena *arena = snapshot->arena;
    struct container *ctr = &snapshot->ctr;
    const struct container_spec *spec = decode(arena, container_spec_schema(), stmt, 7, err);
    const struct container_effective *effective = spec ? decode(arena, container_effective_schema(), stmt, 8, err) : NULL;
    const struct container_run *run = effective ? decode(arena, container_run_schema(), stmt, 18, err) : NULL;
    if (!run)
        return -1;
    strncat(ctr->id, state_text(stmt, 0), 64);
    snapshot->rev = sqlite3_column_int64(stmt, 1);
    ctr->name = arena_strdup(arena, state_text(stmt, 2));
    ctr->state = (enum container_state)sqlite3_column_int(stmt, 3);
    ctr->created_unix_ns = sqlite3_column_int64(stmt, 4);
    ctr->image_id = arena_strdup(arena, state_text(stmt, 5));
    ctr->image_name = arena_strdup(arena, state_text(stmt, 6));
    ctr->spec = spec;
    ctr->entrypoint = effective->entrypoint;
    ctr->command = effective->command;
    ctr->env = effective->env;
    ctr->workdir = str_or(effective->workdir, "/");
    ctr->user = str_or(effective->user, "");
    ctr->stop_signal = str_or(effective->stop_signal, "SIGTERM");
    ctr->labels = effective->labels;
    ctr->mounts.items = effective->mounts.items;
    ctr->mounts.count = effective->mounts.count;
    ctr->volume_names = effective->volume_names;
    ctr->log_path = str_or(effective->log_path, "");
    ctr->started_unix_ns = sqlite3_column_int64(stmt, 9);
    ctr->finished_unix_ns = sqlite3_column_int64(stmt, 10);
    ctr->pid = sqlite3_column_int64(stmt, 11);
    ctr->conmon_pid = sqlite3_column_int64(stmt, 12);
    ctr->exit_code = sqlite3_column_int64(stmt, 13);
    ctr->oom_killed = sqlite3_column_int(stmt, 14);
    ctr->stopped_by_user = sqlite3_column_int(stmt, 15);
    ctr->error = arena_strdup(arena, state_text(stmt, 16));
    ctr->restart_count = sqlite3_column_int64(stmt, 17);
    ctr->health = (enum container_health_status)sqlite3_column_int(stmt, 19);
    ctr->mountpoint = str_or(run->mountpoint, "");
    ctr->netns_path = str_or(run->netns_path, "");
    ctr->runtime = str_or(run->runtime, "");
    ctr->addresses.items = run->addresses.items;
    ctr->addresses.count = run->addresses.count;
    ctr->ports.items = run->ports.items;
    ctr->ports.count = run->ports.count;
    snapshot->pid_start = run->pid_start;
    snapshot->remove_volumes = run->remove_volumes;
    snapshot->stopped_to_restart = sqlite3_column_int(stmt, 15) == ROW_STOPPED_TO_RESTART;
    return 0;
}

static struct container_cache *cache_of(struct engine *engine)
{
    if (!engine->containers)
        engine->containers = mem_zalloc(sizeof *engine->containers);
    return engine->containers;
}

struct container *row_read(struct engine *engine, sqlite3_stmt *stmt, struct error **err)
{
    struct container *cached = cache_find(cache_of(engine), state_text(stmt, 0), sqlite3_column_int64(stmt, 1));
    if (cached)
        return cached;
    struct snapshot *snapshot = mem_zalloc(sizeof *snapshot);
    snapshot->references = 1;
    snapshot->arena = arena_new();
    if (fill(snapshot, stmt, err) < 0) {
        container_unref(&snapshot->ctr);
        return NULL;
    }
    cache_put(engine->containers, snapshot);
    return &snapshot->ctr;
}

static struct container *look_up(struct engine *engine, const char *id, struct error **err)
{
    struct container *ctr = NULL;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT " ROW_COLUMNS " FROM containers WHERE id = ?1", err);
    if (!stmt)
        return NULL;
    sqlite3_bind_text(stmt, 1, id, -1, SQLITE_TRANSIENT);
    int row = state_step(engine->state, stmt, err);
    if (row > 0)
        ctr = row_read(engine, stmt, err);
    else if (row == 0)
        error_set_about(err, ERROR_NOT_FOUND, "container", id, "No such container: %s", id);
    sqlite3_reset(stmt);
    return ctr;
}

struct container *row_at(struct engine *engine, const char *id, int64_t rev, struct error **err)
{
    struct container *cached = cache_find(cache_of(engine), id, rev);
    return cached ? cached : look_up(engine, id, err);
}

struct container *row_get(struct engine *engine, const char *id, struct error **err)
{
    if (!state_lock(engine->state, err))
        return NULL;
    struct container *ctr = look_up(engine, id, err);
    state_unlock(engine->state);
    return ctr;
}

struct str_map container_event_attributes(struct arena *arena, const struct container *ctr)
{
    struct str_map attributes = { 0 };
    for (size_t i = 0; i < ctr->labels.count; i++)
        str_map_set(arena, &attributes, ctr->labels.items[i].key, ctr->labels.items[i].value);
    str_map_set(arena, &attributes, "image", str_or(ctr->spec->image, ctr->image_name));
    str_map_set(arena, &attributes, "name", ctr->name);
    return attributes;
}

const char *row_name_now(struct engine *engine, struct arena *arena, const struct container *ctr)
{
    autoerror *ignored = NULL;
    const char *name = NULL;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT name FROM containers WHERE id = ?1", &ignored);
    if (!stmt)
        return NULL;
    sqlite3_bind_text(stmt, 1, ctr->id, -1, SQLITE_TRANSIENT);
    if (state_step(engine->state, stmt, &ignored) > 0)
        name = arena_strdup(arena, state_text(stmt, 0));
    sqlite3_reset(stmt);
    return name;
}

static int add_event(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *more, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_map attributes = container_event_attributes(arena, ctr);
    str_map_set(arena, &attributes, "name", str_or(row_name_now(engine, arena, ctr), ctr->name));
    for (size_t i = 0; more && i < more->count; i++)
        str_map_set(arena, &attributes, more->items[i].key, more->items[i].value);
    return event_add(engine, "container", action, ctr->id, &attributes, err);
}

static int bind_and_run(struct engine *engine, const char *sql, const char *format, va_list args, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state, sql, err);
    if (!stmt)
        return -1;
    for (int i = 0; format[i]; i++) {
        if (format[i] == 's')
            sqlite3_bind_text(stmt, i + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        else
            sqlite3_bind_int64(stmt, i + 1, va_arg(args, int64_t));
    }
    return state_step(engine->state, stmt, err) < 0 ? -1 : 0;
}

static int change_within(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
                         bool *ret_changed, struct error **err, const char *sql, const char *format, va_list args)
{
    int rc = bind_and_run(engine, sql, format, args, err);
    *ret_changed = !rc && state_changes(engine->state) > 0;
    return *ret_changed && action ? add_event(engine, ctr, action, attributes, err) : rc;
}

static int change(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes, bool *ret_changed,
                  struct error **err, const char *sql, const char *format, va_list args)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc = change_within(engine, ctr, action, attributes, ret_changed, err, sql, format, args);
    return state_leave(engine->state, rc, err);
}

int row_change_within(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
                      struct error **err, const char *sql, const char *format, ...)
{
    bool changed;
    va_list args;
    va_start(args, format);
    int rc = change_within(engine, ctr, action, attributes, &changed, err, sql, format, args);
    va_end(args);
    return rc;
}

int row_change(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
               struct error **err, const char *sql, const char *format, ...)
{
    bool changed;
    va_list args;
    va_start(args, format);
    int rc = change(engine, ctr, action, attributes, &changed, err, sql, format, args);
    va_end(args);
    return rc;
}

int row_change_if(struct engine *engine, const struct container *ctr, const char *action, const struct str_map *attributes,
                  bool *ret_changed, struct error **err, const char *sql, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int rc = change(engine, ctr, action, attributes, ret_changed, err, sql, format, args);
    va_end(args);
    return rc;
}
