#include "core/state/schema.h"

const char *const state_migrations[] = {
    /* 0 -> 1 */
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    /* rev grows with every write to a row: caches compare it. */
    "CREATE TABLE containers ("
    "  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL,"
    "  created INTEGER NOT NULL, image_id TEXT NOT NULL, image_name TEXT NOT NULL, spec TEXT NOT NULL, effective TEXT NOT NULL,"
    "  started INTEGER NOT NULL DEFAULT 0, finished INTEGER NOT NULL DEFAULT 0, pid INTEGER NOT NULL DEFAULT 0,"
    "  conmon_pid INTEGER NOT NULL DEFAULT 0, exit_code INTEGER NOT NULL DEFAULT 0, oom INTEGER NOT NULL DEFAULT 0,"
    "  stopped_by_user INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', restart_count INTEGER NOT NULL DEFAULT 0,"
    "  run TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID;"
    "CREATE INDEX containers_list ON containers (created, state, rev);" /* a list touches nothing else */

    "CREATE TABLE execs ("
    "  id TEXT PRIMARY KEY, container_id TEXT NOT NULL, spec TEXT NOT NULL, created INTEGER NOT NULL,"
    "  running INTEGER NOT NULL DEFAULT 0, started INTEGER NOT NULL DEFAULT 0, pid INTEGER NOT NULL DEFAULT 0,"
    "  exit_code INTEGER NOT NULL DEFAULT -1, finished INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE INDEX execs_container ON execs (container_id);"

    "CREATE TABLE events ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, type TEXT NOT NULL, action TEXT NOT NULL,"
    "  actor_id TEXT NOT NULL, attributes TEXT NOT NULL);"
    "CREATE INDEX events_time ON events (time);"

    "CREATE TABLE volumes ("
    "  name TEXT PRIMARY KEY, created INTEGER NOT NULL, labels TEXT NOT NULL, options TEXT NOT NULL,"
    "  anonymous INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE volume_users ("
    "  volume TEXT NOT NULL, container_id TEXT NOT NULL, PRIMARY KEY (volume, container_id)) WITHOUT ROWID;"
    "CREATE INDEX volume_users_container ON volume_users (container_id);"

    "CREATE TABLE leases ("
    "  network TEXT NOT NULL, address TEXT NOT NULL, container_id TEXT NOT NULL, PRIMARY KEY (network, address)) WITHOUT ROWID;"
    "CREATE INDEX leases_container ON leases (container_id);"
    "CREATE TABLE lease_last (network TEXT NOT NULL, subnet TEXT NOT NULL, address TEXT NOT NULL,"
    "  PRIMARY KEY (network, subnet)) WITHOUT ROWID;"

    "CREATE TABLE ports ("
    "  protocol TEXT NOT NULL, host_ip TEXT NOT NULL, host_port INTEGER NOT NULL, container_id TEXT NOT NULL,"
    "  PRIMARY KEY (protocol, host_ip, host_port)) WITHOUT ROWID;"
    "CREATE INDEX ports_container ON ports (container_id);",

    /* What a kill in the middle leaves to be finished: core/secret/changes.h. No values. */
    "CREATE TABLE secret_changes (id TEXT PRIMARY KEY, driver TEXT NOT NULL, options TEXT NOT NULL, removing INTEGER NOT NULL)"
    " WITHOUT ROWID;",

    /* 1 -> 2: volumes with drivers. stage: 0 there, 1 being made, 2 being removed; others are not shown. copied, chowned: the
     * first use did its part. size: bytes when it was last counted, at sized; used: when its last user let go of it. */
    "ALTER TABLE volumes ADD COLUMN driver TEXT NOT NULL DEFAULT 'local';"
    "ALTER TABLE volumes ADD COLUMN stage INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE volumes ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE volumes ADD COLUMN chowned INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE volumes ADD COLUMN storage_id TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE volumes ADD COLUMN size INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE volumes ADD COLUMN sized INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE volumes ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
    /* Who has it mounted in this boot. */
    "CREATE TABLE volume_mounts ("
    "  volume TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (volume, user)) WITHOUT ROWID;"
    "CREATE INDEX volume_mounts_user ON volume_mounts (user);",

    /* 2 -> 3: total is the bytes of all events up to this one, forgotten ones too */
    "ALTER TABLE events ADD COLUMN total INTEGER NOT NULL DEFAULT 0;",

    /* How big a container's own layer was when its overlay had been mounted last at mark. */
    "CREATE TABLE container_sizes (container_id TEXT PRIMARY KEY, mark INTEGER NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TRIGGER container_sizes_gone AFTER DELETE ON containers"
    " BEGIN DELETE FROM container_sizes WHERE container_id = old.id; END;",

    /* Volumes of plugins: local or global; and where the plugin mounted it for that user, '' until it has. */
    "ALTER TABLE volumes ADD COLUMN scope TEXT NOT NULL DEFAULT 'local';"
    "ALTER TABLE volume_mounts ADD COLUMN mountpoint TEXT NOT NULL DEFAULT '';",

    /* Who has the root of a container mounted in this boot, besides its run, and how often. */
    "CREATE TABLE container_mounts (container_id TEXT NOT NULL, user TEXT NOT NULL, times INTEGER NOT NULL,"
    "  PRIMARY KEY (container_id, user)) WITHOUT ROWID;"
    "CREATE TRIGGER container_mounts_gone AFTER DELETE ON containers"
    " BEGIN DELETE FROM container_mounts WHERE container_id = old.id; END;",

    /* Health checks. The status is a container's own; what led to it stands apart, for it changes with each check. timer:
     * the process that runs the checks. A start begins anew, but for the log. */
    "ALTER TABLE containers ADD COLUMN health INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE container_health ("
    "  container_id TEXT PRIMARY KEY, timer_pid INTEGER NOT NULL DEFAULT 0, timer_start INTEGER NOT NULL DEFAULT 0,"
    "  streak INTEGER NOT NULL DEFAULT 0, startup_passed INTEGER NOT NULL DEFAULT 0,"
    "  startup_successes INTEGER NOT NULL DEFAULT 0, startup_failures INTEGER NOT NULL DEFAULT 0,"
    "  log TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID;"
    "CREATE TRIGGER container_health_anew AFTER UPDATE OF started ON containers"
    " BEGIN UPDATE container_health SET timer_pid = 0, streak = 0, startup_passed = 0, startup_successes = 0,"
    " startup_failures = 0 WHERE container_id = new.id; END;"
    "CREATE TRIGGER container_health_gone AFTER DELETE ON containers"
    " BEGIN DELETE FROM container_health WHERE container_id = old.id; END;",
};

const size_t state_migration_count = sizeof state_migrations / sizeof *state_migrations;
