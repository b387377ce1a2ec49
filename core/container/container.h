#pragma once
/*
 * Containers: rows in the database and the processes behind them.
 *
 * A `struct container` is an immutable, reference-counted snapshot of one row; it does not follow later changes. Callers
 * own one reference and release it with container_unref() (or `autocontainer`).
 *
 * Operations that change a container take its lock file (RUNROOT/coracle/locks/ID), shared with subcommands; looking
 * takes none. Each operation writes its intent, acts, writes the result, so what a kill leaves behind is repaired by
 * whoever takes the lock next (container_repair(), called by all of them).
 *
 * Times are Unix nanoseconds, sizes bytes, signals kernel numbers.
 *
 * Source of truth: OCI runtime-spec "Runtime and Lifecycle"; process-stack.md; words of errors follow Docker and podman.
 * Every not found and conflict error is "about" a container (error.h: noun "container").
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/container/run.h"
#include "core/container/spec.h"

struct container_health_change; /* core/container/health/health.h */
struct container_rules; /* core/container/rules/rules.h */
struct engine;
struct error;
struct sink;
struct arena;

enum container_state {
    CONTAINER_CREATING, /* intent only: an interrupted create; listed nowhere, removed by repair */
    CONTAINER_CREATED,
    CONTAINER_STARTING, /* intent only */
    CONTAINER_RUNNING,
    CONTAINER_PAUSED,
    CONTAINER_RESTARTING, /* exited, the restart policy waits to start it again */
    CONTAINER_EXITED,
    CONTAINER_REMOVING,
    CONTAINER_DEAD, /* a removal that failed */
    CONTAINER_INITIALIZED, /* created at the runtime, its command not started yet */
};

enum container_health_status { CONTAINER_HEALTH_NONE, CONTAINER_HEALTH_STARTING, CONTAINER_HEALTHY, CONTAINER_UNHEALTHY };

struct container {
    char id[65];
    const char *name;       /* without slash */
    const char *image_id;   /* hex */
    const char *image_name; /* full: docker.io/library/alpine:latest; "" when by id */
    const struct container_spec *spec;
    /* What spec and image give together: what runs. */
    struct str_list entrypoint, command, env; /* effective */
    const char *workdir, *user, *stop_signal; /* effective; stop_signal as text */
    struct str_map labels;

    enum container_state state;
    int64_t created_unix_ns, started_unix_ns, finished_unix_ns;
    int64_t pid, conmon_pid; /* 0 when not running */
    int64_t exit_code;
    bool oom_killed;
    bool stopped_by_user; /* by stop or kill: restart policies look at it */
    const char *error;    /* why the last start failed, "" */
    enum container_health_status health; /* of its last run; none without a health check, and before its first start */
    int64_t restart_count;
    const char *log_path;
    const char *mountpoint; /* "" when not mounted */
    const char *netns_path; /* "" when none */
    const char *runtime;    /* path of the OCI runtime used */
    struct { struct container_address *items; size_t count; } addresses;
    struct { struct container_port *items; size_t count; } ports; /* with host ports chosen, while it runs */
    struct { struct container_mount *items; size_t count; } mounts; /* effective: source is the host path, for volumes too */
    struct str_list volume_names; /* parallel to mounts: "" for what is no volume */
};

#define autocontainer __attribute__((cleanup(container_cleanup))) struct container

struct container *container_ref(struct container *ctr);
void container_unref(struct container *ctr);
static inline void container_cleanup(struct container **ctr)
{
    container_unref(*ctr);
}

/* created initialized running paused restarting removing exited dead; Docker has no word for the second. */
const char *container_state_text(enum container_state state);
/* Whether the runtime has processes of it: initialized, running or paused. */
bool container_has_process(const struct container *ctr);
/* "Up 5 minutes", "Exited (0) 2 seconds ago", "Created": owned text. */
char *container_status_text(const struct container *ctr, int64_t now_unix_ns);

/* ---- looking ---- */

/* By full name (a leading slash is fine), full id or unique id prefix.
 *   ERROR_NOT_FOUND  "No such container: x"
 *   ERROR_CONFLICT   the prefix matches more than one */
struct container *container_find(struct engine *engine, const char *key, struct error **err);

struct container_filters { /* values of a key are OR (labels AND), keys are AND */
    struct str_list id, name, label, label_not, status, ancestor, volume, network, exited, before, since, publish, expose, health, is_task,
        restart_policy, pod, until;
};
/* Docker's and podman's filter keys, "label!" too; ERROR_INVALID names an unknown key or a bad value. */
int container_filter_add(struct arena *arena, struct container_filters *filters, const char *key, const char *value, struct error **err);
struct container_list {
    struct container **items; /* newest first */
    size_t count;
};
#define autocontainers __attribute__((cleanup(container_list_free))) struct container_list
/* @all: also those that do not run; @limit: 0 is all. */
int container_list(struct engine *engine, const struct container_filters *filters, bool all, int64_t limit,
                   struct container_list *ret_list, struct error **err);
/* Those that run or are paused as their rows say, without a look at whether they do: for who is called from repair. */
int container_list_running(struct engine *engine, struct container_list *ret_list, struct error **err);
void container_list_free(struct container_list *list);
/* Counts by state without reading specs: running, paused, stopped. */
int container_counts(struct engine *engine, int64_t *ret_running, int64_t *ret_paused, int64_t *ret_stopped, struct error **err);
/* Bytes of the rw layer: walks it while it is mounted, and once after that; then the number is known. */
int container_rw_size(struct engine *engine, const struct container *ctr, int64_t *ret_bytes, struct error **err);

/* Whether it was made from the image, or has it mounted. @image_id: hex */
bool container_uses_image(const struct container *ctr, const char *image_id);

/* ---- life ---- */

/* Makes it from a spec (copied). Image must be present. @rules: NULL allows everything. @ret_warnings: arena texts, may be
 * NULL.
 *   ERROR_FORBIDDEN  a rule is against it: named
 *   ERROR_INVALID    a field is wrong or not honoured: named
 *   ERROR_NOT_FOUND  "No such image: x" (noun "image"), a network, a volume source
 *   ERROR_CONFLICT   the name is in use, says by whom */
struct container *container_create(struct engine *engine, const struct container_spec *spec, const struct container_rules *rules,
                                   struct arena *arena, struct str_list *ret_warnings, struct error **err);
/* ERROR_NOT_MODIFIED when it runs; runtime failures: ERROR_NOT_FOUND-like texts keep exit code 127/126 in the row:
 * a missing command is ERROR_NOT_FOUND, one that cannot be executed ERROR_INVALID, both with the runtime's words. */
int container_start(struct engine *engine, const char *key, struct error **err);
/* All of a start but the start of its command: processes, mounts, network.
 * ERROR_NOT_MODIFIED when it is initialized; ERROR_CONFLICT when it runs, or what it depends on does not; else as
 * container_start(), which is what may follow. */
int container_init(struct engine *engine, const char *key, struct error **err);
/* Stop signal, then SIGKILL after @timeout_s (NULL: the container's). Returns when its exit is recorded.
 * ERROR_NOT_MODIFIED when it does not run. */
int container_stop(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal, struct error **err);
int container_restart(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal, struct error **err);
/* @signal: name with or without SIG, or number; NULL or "" is KILL. ERROR_CONFLICT when it is not running. */
int container_kill(struct engine *engine, const char *key, const char *signal, struct error **err);
int container_pause(struct engine *engine, const char *key, struct error **err);
int container_unpause(struct engine *engine, const char *key, struct error **err);
int container_rename(struct engine *engine, const char *key, const char *name, struct error **err);
struct container_update { /* what says nothing stays as it is */
    struct container_resources resources; /* pids_limit: NULL stays */
    const char *restart_policy;           /* "" or NULL stays */
    int64_t restart_max;
    const struct container_health_change *health; /* NULL stays */
};
/* Other limits, another restart policy or health check, at once and for all starts to come. ERROR_INVALID names the field, also when it
 * contradicts what stays. Warnings: arena. */
int container_update(struct engine *engine, struct arena *arena, const char *key, const struct container_update *wish,
                     struct str_list *ret_warnings, struct error **err);
/* Joins a network, or leaves one, at once or at its next start; kept for starts to come. @force: leaves it also when
 * netavark cannot be run.
 *   ERROR_NOT_FOUND  container or network
 *   ERROR_INVALID    its network mode has no networks; what network_check_wish() refuses
 *   ERROR_CONFLICT   it is, or is not, connected (the former is about an "endpoint"); an address that is in use */
int container_connect(struct engine *engine, const char *key, const struct container_network *asked, struct error **err);
int container_disconnect(struct engine *engine, const char *key, const char *network, bool force, struct error **err);
/* network_reload() of one that runs; ERROR_CONFLICT when it does not. */
int container_reload_network(struct engine *engine, const char *key, struct error **err);
struct container_remove_options {
    bool force;   /* kills at once when it runs */
    bool volumes; /* anonymous volumes too */
    bool ignore;  /* a missing one is fine (libpod) */
    const int64_t *timeout_s; /* with force: stop within this time first (libpod); NULL: kill */
};
/* ERROR_CONFLICT when it runs without force. */
int container_remove(struct engine *engine, const char *key, const struct container_remove_options *options, struct error **err);

/* Removes a volume, and before that, with force, every container that uses it. @timeout_s: as above */
int container_remove_volume(struct engine *engine, const char *volume, const int64_t *timeout_s, struct error **err);

/* Removes those that do not run and match. @ret_ids, @ret_sizes: parallel, arena, sizes of their own layers and may be
 * NULL; @ret_bytes: their sum */
int container_prune(struct engine *engine, struct arena *arena, const struct container_filters *filters,
                    struct str_list *ret_ids, int64_t **ret_sizes, int64_t *ret_bytes, struct error **err);

enum container_condition { CONTAINER_NOT_RUNNING, CONTAINER_NEXT_EXIT, CONTAINER_REMOVED, CONTAINER_STATES };
/* Waits through @sink->wait. @first: as it was when the wait began: an end after that is the next one, however long ago.
 * @states: with CONTAINER_STATES, any of these words. @ret_code: exit code, -1 when none. */
int container_wait(struct engine *engine, const struct container *first, enum container_condition condition,
                   const struct str_list *states, const struct sink *sink, int64_t *ret_code, struct error **err);
/* Exit code of its last run as the events still know it, when the container itself is gone; -1 when they do not. */
int64_t container_past_exit_code(struct engine *engine, const char *id);

/* ---- streams ---- */

struct container_log_query {
    bool follow, out, err, timestamps;
    int64_t since_unix_ns, until_unix_ns; /* 0: none */
    int64_t tail;                         /* lines; -1: all */
    bool framed; /* Docker's 8-byte frames; false: raw bytes (a container with tty) */
};
/* ERROR_UNSUPPORTED when its log driver keeps nothing that could be read. */
int container_logs_check(const struct container *ctr, struct error **err);
/* One that is removed meanwhile has said what it said. */
int container_logs(struct engine *engine, const struct container *ctr, const struct container_log_query *query, const struct sink *sink,
                   struct error **err);

struct container_attach_query {
    bool in, out, err, logs, stream;
    const char *detach_keys; /* "ctrl-p,ctrl-q"; "" is none; NULL the default */
    bool framed;
};
/*
 * Joins a client's socket to the container until either side ends. Works before start too: waits for it and loses
 * nothing. @begin is called once all checks passed and before the first byte: it sends the head and gives the
 * descriptor. @early: bytes the client sent already.
 */
struct container_client {
    void *context;
    int (*begin)(void *context, int *ret_fd, const void **ret_early, size_t *ret_early_len, struct error **err);
};
int container_attach(struct engine *engine, const char *key, const struct container_attach_query *query,
                     const struct container_client *client, struct error **err);
int container_resize(struct engine *engine, const char *key, int64_t rows, int64_t columns, struct error **err);

/* ---- files: see archive.h and changes.h too ---- */

/* The root, without what is mounted in it, as a tar. @rules: as for container_create() */
int container_export(struct engine *engine, const char *key, const struct container_rules *rules, const struct sink *to,
                     struct error **err);
/* Mounts the root for a client, who unmounts it as often; it stays mounted while anybody has it. @ret_path: arena */
int container_mount(struct engine *engine, struct arena *arena, const char *key, const struct container_rules *rules,
                    const char **ret_path, struct error **err);
/* ERROR_CONFLICT when no client has it mounted. */
int container_unmount(struct engine *engine, const char *key, struct error **err);
/* Ids of those that are mounted, by clients or because they run, and where. Arena. */
int container_mounted(struct engine *engine, struct arena *arena, struct str_map *ret_mounted, struct error **err);

/* ---- exec ---- */

struct exec_spec {
    struct str_list command, env;
    const char *user, *workdir, *detach_keys;
    bool tty, attach_stdin, attach_stdout, attach_stderr, privileged;
};
struct exec_session { /* snapshot, arena */
    const char *id, *container_id;
    struct exec_spec spec;
    bool running, can_remove;
    int64_t pid, exit_code; /* exit_code -1 until it ended */
    int64_t created_unix_ns;
    bool started;
};
/* ERROR_CONFLICT when the container is not running or paused. @rules: as for container_create(). @ret_id: 64 hex */
int exec_create(struct engine *engine, const char *key, const struct exec_spec *spec, const struct container_rules *rules,
                char ret_id[65], struct error **err);
int exec_find(struct engine *engine, struct arena *arena, const char *id, struct exec_session *ret_session, struct error **err);
int exec_list(struct engine *engine, struct arena *arena, const char *container_id, struct str_list *ret_ids, struct error **err);
/* Attached: as container_attach(). @tty: of the start request; frames unless it (the create's is used by the process). */
int exec_start_attached(struct engine *engine, const char *id, bool tty, int64_t rows, int64_t columns,
                        const struct container_client *client, struct error **err);
int exec_start_detached(struct engine *engine, const char *id, struct error **err);
int exec_resize(struct engine *engine, const char *id, int64_t rows, int64_t columns, struct error **err);
int exec_remove(struct engine *engine, const char *id, bool force, struct error **err);

/* ---- for subcommands ---- */

/* What conmon's exit command does: records the exit, takes network and mounts down, restarts or removes. */
int container_exited(struct engine *engine, const char *id, struct error **err);
int exec_exited(struct engine *engine, const char *id, const char *exec_id, struct error **err);
