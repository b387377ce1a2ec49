#include "core/state/state.h"

#include <assert.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/state/bell.h"
#include "core/state/boot.h"
#include "core/state/schema.h"

#define BUSY_TIMEOUT_MS 30000
#define MAX_STATEMENTS 128

struct cached_statement {
    const char *sql; /* the literal's address is the key */
    sqlite3_stmt *stmt;
};

struct state {
    struct engine *engine;
    char *dir;
    pthread_mutex_t mutex;
    sqlite3 *db;
    bool in_transaction;
    struct cached_statement statements[MAX_STATEMENTS];
    size_t statement_count;
};

struct state *state_open(const char *state_dir, struct engine *engine)
{
    struct state *state = mem_zalloc(sizeof *state);
    state->engine = engine;
    state->dir = mem_strdup(state_dir);
    pthread_mutex_init(&state->mutex, NULL);
    return state;
}

void state_close(struct state *state)
{
    if (!state)
        return;
    for (size_t i = 0; i < state->statement_count; i++)
        sqlite3_finalize(state->statements[i].stmt);
    sqlite3_close(state->db);
    pthread_mutex_destroy(&state->mutex);
    free(state->dir);
    free(state);
}

static int failed(struct state *state, const char *what, struct error **err)
{
    return error_set(err, ERROR_INTERNAL, 0, "state.db: %s: %s", what, sqlite3_errmsg(state->db));
}

static int run_script(struct state *state, const char *sql, struct error **err)
{
    char *message = NULL;
    if (sqlite3_exec(state->db, sql, NULL, NULL, &message) == SQLITE_OK)
        return 0;
    error_set(err, ERROR_INTERNAL, 0, "state.db: %s", message ? message : sqlite3_errmsg(state->db));
    sqlite3_free(message);
    return -1;
}

static int read_version(struct state *state, int *ret_version, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(state, "PRAGMA user_version", err);
    if (!stmt || state_step(state, stmt, err) < 0)
        return -1;
    *ret_version = sqlite3_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return 0;
}

/* Under an exclusive transaction, and looks at the version again inside it: two processes may come at once. */
static int migrate(struct state *state, struct error **err)
{
    int version;
    autofree char *set = NULL;
    if (run_script(state, "BEGIN EXCLUSIVE", err) < 0)
        return -1;
    if (read_version(state, &version, err) < 0)
        goto undo;
    for (; version < (int)state_migration_count; version++)
        if (run_script(state, state_migrations[version], err) < 0)
            goto undo;
    set = mem_printf("PRAGMA user_version = %d", version);
    if (run_script(state, set, err) < 0 || run_script(state, "COMMIT", err) < 0)
        goto undo;
    return 0;
undo:
    sqlite3_exec(state->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

static int open_database(struct state *state, struct error **err)
{
    if (path_mkdirs(state->dir, 0700, err) < 0)
        return -1;
    autofree char *path = mem_printf("%s/state.db", state->dir);
    if (sqlite3_open_v2(path, &state->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return failed(state, path, err);
    sqlite3_busy_timeout(state->db, BUSY_TIMEOUT_MS);
    sqlite3_extended_result_codes(state->db, 1);
    /* NORMAL under WAL: a kill loses nothing, a power cut at most the last transactions, never the file. */
    if (run_script(state, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY;", err) < 0)
        return -1;
    int version;
    if (read_version(state, &version, err) < 0)
        return -1;
    if (version > (int)state_migration_count)
        return error_set(err, ERROR_INTERNAL, 0, "%s has schema version %d, this program knows %zu: it was written by a newer coracled", path,
                         version, state_migration_count);
    if (version < (int)state_migration_count && migrate(state, err) < 0)
        return -1;
    return state_reset_after_boot(state->engine, state, err);
}

static void forget_database(struct state *state)
{
    for (size_t i = 0; i < state->statement_count; i++)
        sqlite3_finalize(state->statements[i].stmt);
    state->statement_count = 0;
    sqlite3_close(state->db);
    state->db = NULL;
}

sqlite3 *state_lock(struct state *state, struct error **err)
{
    pthread_mutex_lock(&state->mutex);
    if (!state->db && open_database(state, err) < 0) {
        forget_database(state);
        pthread_mutex_unlock(&state->mutex);
        return NULL;
    }
    return state->db;
}

void state_unlock(struct state *state)
{
    assert(!state->in_transaction);
    /* One that was left before its end would hold a snapshot: we would see nothing new, and could not write any more. */
    for (sqlite3_stmt *stmt = NULL; state->db && (stmt = sqlite3_next_stmt(state->db, stmt));)
        if (sqlite3_stmt_busy(stmt))
            sqlite3_reset(stmt);
    pthread_mutex_unlock(&state->mutex);
}

bool state_is_busy(struct state *state)
{
    if (pthread_mutex_trylock(&state->mutex))
        return true;
    pthread_mutex_unlock(&state->mutex);
    return false;
}

int state_begin(struct state *state, struct error **err)
{
    assert(!state->in_transaction);
    if (state_exec(state, err, "BEGIN IMMEDIATE", "") < 0)
        return -1;
    state->in_transaction = true;
    return 0;
}

int state_commit(struct state *state, struct error **err)
{
    if (state_exec(state, err, "COMMIT", "") < 0) {
        state_rollback(state);
        return -1;
    }
    state->in_transaction = false;
    return bell_ring(state->engine->bell, err);
}

void state_rollback(struct state *state)
{
    autoerror *ignored = NULL; /* the transaction may have ended by itself: a full disk does that */
    state_exec(state, &ignored, "ROLLBACK", "");
    state->in_transaction = false;
}

int state_enter(struct state *state, struct error **err)
{
    if (!state_lock(state, err))
        return -1;
    if (state_begin(state, err) == 0)
        return 0;
    state_unlock(state);
    return -1;
}

int state_leave(struct state *state, int rc, struct error **err)
{
    if (rc < 0)
        state_rollback(state);
    else if (state_commit(state, err) < 0)
        rc = -1;
    state_unlock(state);
    return rc;
}

int state_changes(struct state *state)
{
    return sqlite3_changes(state->db);
}

sqlite3_stmt *state_prepare(struct state *state, const char *sql, struct error **err)
{
    for (size_t i = 0; i < state->statement_count; i++) {
        if (state->statements[i].sql == sql) {
            sqlite3_reset(state->statements[i].stmt);
            sqlite3_clear_bindings(state->statements[i].stmt);
            return state->statements[i].stmt;
        }
    }
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v3(state->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
        failed(state, sql, err);
        return NULL;
    }
    assert(state->statement_count < MAX_STATEMENTS);
    state->statements[state->statement_count++] = (struct cached_statement){ sql, stmt };
    return stmt;
}

int state_step(struct state *state, sqlite3_stmt *stmt, struct error **err)
{
    switch (sqlite3_step(stmt)) {
    case SQLITE_ROW: return 1;
    case SQLITE_DONE: sqlite3_reset(stmt); return 0;
    default:
        failed(state, sqlite3_sql(stmt), err);
        sqlite3_reset(stmt);
        return -1;
    }
}

int state_exec(struct state *state, struct error **err, const char *sql, const char *format, ...)
{
    sqlite3_stmt *stmt = state_prepare(state, sql, err);
    if (!stmt)
        return -1;
    va_list args;
    va_start(args, format);
    for (int i = 0; format[i]; i++) {
        if (format[i] == 's')
            sqlite3_bind_text(stmt, i + 1, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        else
            sqlite3_bind_int64(stmt, i + 1, va_arg(args, int64_t));
    }
    va_end(args);
    int row;
    while ((row = state_step(state, stmt, err)) > 0)
        ;
    return row;
}

const char *state_text(sqlite3_stmt *stmt, int column)
{
    return (const char *)sqlite3_column_text(stmt, column);
}
