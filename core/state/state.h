#pragma once
/*
 * The database: SQLite in WAL mode, ROOT/coracle/state.db, shared by the server and its subcommands.
 *
 * Each part of core (container, exec, network, volume, event) keeps its own statements in its own folder and goes
 * through here for the connection, transactions and errors. The connection is one per process behind a mutex that is held
 * for one statement or one transaction, never while a container, a client or a helper is waited for.
 *
 * Boot: rows that describe this boot (running, pid, leases, ports, mounts) are reset in one step when the stored boot id
 * is not the kernel's (/proc/sys/kernel/random/boot_id).
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct engine;
struct error;
struct state;

struct state *state_open(const char *state_dir, struct engine *engine); /* owned; opens no file yet */
void state_close(struct state *state);

/* Takes the connection, opening (and migrating, and resetting after a boot) at first need. NULL with *err.
 * Every state_lock() is paired with state_unlock(), which resets what was not stepped to its end; no recursion. */
sqlite3 *state_lock(struct state *state, struct error **err);
void state_unlock(struct state *state);

/* Whether somebody in this process has it now; waits for nobody. */
bool state_is_busy(struct state *state);

/* BEGIN IMMEDIATE … COMMIT within state_lock(). state_commit() rings the bell. */
int state_begin(struct state *state, struct error **err);
int state_commit(struct state *state, struct error **err);
void state_rollback(struct state *state);

/* Both at once, and their ends: commits unless @rc is negative. Returns @rc, or -1 with *err. */
int state_enter(struct state *state, struct error **err);
int state_leave(struct state *state, int rc, struct error **err);

/* How many rows the last statement changed, within the same transaction. */
int state_changes(struct state *state);

/* A prepared statement from a cache keyed by the SQL text's address (use string literals); reset and unbound.
 * NULL with *err. Borrowed; do not finalize. */
sqlite3_stmt *state_prepare(struct state *state, const char *sql, struct error **err);
/* Binds by format: s text (NULL ok), i int64_t, and steps to the end. */
int state_exec(struct state *state, struct error **err, const char *sql, const char *format, ...);
/* Runs one row: 1 a row, 0 none, -1 with *err. */
int state_step(struct state *state, sqlite3_stmt *stmt, struct error **err);
/* sqlite3_column_text as const char *, NULL for null. */
const char *state_text(sqlite3_stmt *stmt, int column);
