#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/attach/attach.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/files/confined.h"
#include "core/container/files/root.h"
#include "core/container/health/health.h"
#include "core/container/health/timer.h"
#include "core/container/lock.h"
#include "core/container/networks.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/cgroup.h"
#include "core/container/runtime/choice.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/conmon_start.h"
#include "core/container/runtime/process.h"
#include "core/container/secrets.h"
#include "core/container/userns.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

#define MAX_CONFIG_BYTES (16u << 20)
#define MAX_RUN_BYTES (1u << 20)
#define MAX_REQUIRED 16 /* containers that need each other, one behind the other */
#define SHM_DEFAULT_BYTES (64u << 20)

struct starting {
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    const char *bundle, *run_dir, *rootfs, *runtime;
    struct network_plan plan;
    struct oci_place place;
    struct userns userns;
    struct conmon_created created;
};

/* ---- what runs before conmon ---- */

static const char *namespace_of(struct starting *starting, const char *mode, const char *kind, struct error **err)
{
    if (str_empty(mode))
        return NULL;
    if (str_starts(mode, "ns:"))
        return mode + 3;
    if (!str_starts(mode, "container:"))
        return NULL;
    autocontainer *other = container_find(starting->engine, mode + strlen("container:"), err);
    if (!other)
        return NULL;
    if (!process_is(other->pid, row_pid_start(other))) {
        error_set_about(err, ERROR_CONFLICT, "container", other->id, "cannot join the %s namespace of a non running container: %s", kind, other->id);
        return NULL;
    }
    return arena_printf(starting->arena, "/proc/%lld/ns/%s", (long long)other->pid, kind);
}

static int join_namespaces(struct starting *starting, struct error **err)
{
    const struct container_spec *spec = starting->ctr->spec;
    starting->place.other_pid_ns = namespace_of(starting, spec->pid_mode, "pid", err);
    if (!*err)
        starting->place.other_ipc_ns = namespace_of(starting, spec->ipc_mode, "ipc", err);
    if (!*err)
        starting->place.other_uts_ns = namespace_of(starting, spec->uts_mode, "uts", err);
    return *err ? -1 : 0;
}

static int64_t shm_bytes(const struct container_spec *spec)
{
    return spec->shm_size > 0 ? spec->shm_size : SHM_DEFAULT_BYTES;
}

static int mount_shm(struct starting *starting, struct error **err)
{
    const char *mode = str_or(starting->ctr->spec->ipc_mode, "shareable");
    if (strcmp(mode, "shareable") && strcmp(mode, "private"))
        return 0;
    const char *dir = arena_printf(starting->arena, "%s/shm", starting->bundle);
    const char *options = arena_printf(starting->arena, "mode=1777,size=%lld,uid=%lld,gid=%lld", (long long)shm_bytes(starting->ctr->spec),
                                       (long long)userns_host_uid(starting->ctr->spec, 0), (long long)userns_host_gid(starting->ctr->spec, 0));
    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", dir);
    if (mount("shm", dir, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting a tmpfs on %s", dir);
    starting->place.shm_dir = dir;
    return 0;
}

static int write_config(struct starting *starting, struct error **err)
{
    const struct container *ctr = starting->ctr;
    struct str_list warnings = { 0 };
    autobuf config = BUF(MAX_CONFIG_BYTES);
    if (container_secret_env(starting->engine, starting->arena, ctr->spec, &starting->place.secret_env, err) < 0 ||
        oci_config(starting->engine, starting->arena, ctr, &starting->place, &config, &warnings, err) < 0)
        return -1;
    for (size_t i = 0; i < warnings.count; i++)
        log_info("container %s: %s", ctr->id, warnings.items[i]);
    return container_write_private(starting->engine, starting->arena, ctr, starting->bundle, "config.json", config.data, config.len, err);
}

static int find_init(struct starting *starting, struct error **err)
{
    if (!starting->ctr->spec->init)
        return 0;
    const struct config *config = starting->engine->config;
    if (!str_empty(starting->ctr->spec->init_path)) {
        starting->place.init_path = starting->ctr->spec->init_path;
        return 0;
    }
    starting->place.init_path = !str_empty(config->init_path) ? config->init_path : config_find_helper(config, starting->arena, "catatonit", NULL);
    if (!starting->place.init_path)
        return error_set(err, ERROR_UNSUPPORTED, 0, "init: catatonit is not installed: install the package catatonit");
    return 0;
}

/* Who is down may still have what this one wants. */
static bool await_leaving(struct engine *engine, const char *id)
{
    size_t count = 0;
    autoerror *failure = NULL; /* the conflict itself is what the caller reports */
    if (network_finish_all(engine, id, true, &count, &failure) < 0)
        log_warn("taking down the network of others: %s", failure->message);
    return count > 0;
}

static int prepare_network(struct starting *starting, struct error **err)
{
    struct engine *engine = starting->engine;
    if (network_prepare(engine, starting->arena, starting->ctr, starting->userns.netns, &starting->plan, err) == 0)
        return 0;
    bool taken = (*err)->kind == ERROR_CONFLICT || (*err)->kind == ERROR_UNAVAILABLE; /* a port, an address, all addresses */
    if (!taken || !await_leaving(engine, starting->ctr->id))
        return -1;
    error_clear(err);
    network_plan_close(&starting->plan);
    return network_prepare(engine, starting->arena, starting->ctr, starting->userns.netns, &starting->plan, err);
}

/* All that is fast, in the order in which each step needs the one before. */
static int prepare(struct starting *starting, struct error **err)
{
    struct engine *engine = starting->engine;
    const struct container *ctr = starting->ctr;
    if (find_init(starting, err) < 0 || join_namespaces(starting, err) < 0 ||
        userns_make(engine, starting->arena, ctr, &starting->userns, err) < 0 ||
        (starting->userns.fd >= 0 && container_root_unmount(engine, ctr->id, err) < 0) || /* left by a start that was killed */
        store_mount_container_mapped(engine->store, starting->arena, ctr->id, starting->userns.fd, &starting->rootfs, err) < 0 ||
        userns_show_root(engine, starting->arena, ctr, starting->rootfs, &starting->place.rootfs, err) < 0 ||
        prepare_network(starting, err) < 0)
        return -1;
    starting->place.user_ns = starting->userns.path;
    starting->place.files_dir = starting->run_dir;
    starting->place.secrets_dir = container_secrets_dir(engine, starting->arena, ctr->id);
    starting->place.netns_path = starting->plan.netns_path;
    starting->place.cgroup_path = container_cgroup(starting->arena, ctr);
    if (network_write_files(engine, ctr, &starting->plan, starting->run_dir, err) < 0 ||
        userns_give_files(starting->arena, ctr->spec, starting->run_dir, err) < 0 ||
        container_prepare_mounts(engine, starting->arena, ctr, starting->rootfs, &starting->place.mount_sources, err) < 0 ||
        confined_stage(starting->arena, ctr, starting->run_dir, &starting->place.mount_sources, err) < 0 || mount_shm(starting, err) < 0)
        return -1;
    return write_config(starting, err);
}

/* ---- conmon and netavark, side by side ---- */

struct network_job {
    struct starting *starting;
    pthread_t thread;
    bool threaded;
    int rc;
    struct error *err;
};

static void *set_up_network(void *context)
{
    struct network_job *job = context;
    struct starting *starting = job->starting;
    autoarena *arena = arena_new(); /* the other thread uses the start's */
    job->rc = network_setup(starting->engine, arena, starting->ctr, &starting->plan, &job->err);
    return NULL;
}

static void begin_network(struct network_job *job)
{
    if (str_empty(job->starting->plan.request))
        return;
    job->threaded = pthread_create(&job->thread, NULL, set_up_network, job) == 0;
    if (!job->threaded)
        set_up_network(job);
}

static int end_network(struct network_job *job, struct error **err)
{
    if (job->threaded)
        pthread_join(job->thread, NULL);
    if (job->rc == 0)
        return 0;
    if (*err) /* the runtime failed as well: its words count */
        error_free(job->err);
    else
        *err = job->err;
    return -1;
}

static int64_t log_size_max(const struct starting *starting)
{
    const char *text = str_map_get(&starting->ctr->spec->log_options, "max-size");
    char *end;
    if (!text)
        return starting->engine->config->log_size_max > 0 ? starting->engine->config->log_size_max : 0;
    double value = strtod(text, &end);
    for (const char *unit = strchr("bkmg", *end ? *end | 0x20 : 'b'); unit && *unit != 'b'; unit--)
        value *= *unit ? 1024 : 1;
    return (int64_t)value;
}

static int run_conmon(struct starting *starting, const char *runtime, bool *ret_refused, struct error **err)
{
    struct engine *engine = starting->engine;
    const struct container *ctr = starting->ctr;
    const char *const exit_command[] = { engine->program, "cleanup", "--root", engine->root, "--runroot", engine->runroot, ctr->id, NULL };
    const struct conmon_create what = {
        .id = ctr->id,
        .name = ctr->name,
        .runtime = runtime,
        .bundle = starting->bundle,
        .run_dir = starting->run_dir,
        .exit_dir = arena_printf(starting->arena, "%s/exits", engine->run_dir),
        .persist_dir = arena_printf(starting->arena, "%s/persist/%s", engine->run_dir, ctr->id),
        .log_path = str_empty(ctr->log_path) ? NULL : ctr->log_path,
        .log_size_max = log_size_max(starting),
        .tty = ctr->spec->tty,
        .stdin_open = ctr->spec->open_stdin,
        .stdin_stays = ctr->spec->open_stdin && !ctr->spec->stdin_once && str_eq(ctr->spec->cap_defaults, "docker"),
        .timeout_s = ctr->spec->timeout,
        .exit_command = exit_command,
        .extra_fds = starting->plan.reserved.items,
        .extra_fd_count = starting->plan.reserved.count,
        .cgroup_parent = CONMON_CGROUP,
    };
    if (path_mkdirs(what.exit_dir, 0700, err) < 0 || path_mkdirs(what.persist_dir, 0700, err) < 0)
        return -1;
    starting->runtime = runtime;
    return conmon_create(engine, &what, &starting->created, ret_refused, err);
}

/* crun by preference; runc when crun refuses the machine (cgroup v1 without hugetlb), remembered until the next boot. */
static int create_process(struct starting *starting, struct error **err)
{
    bool refused = false;
    const char *runtime = runtime_choose(starting->engine, starting->arena, starting->ctr->spec->runtime, err);
    if (!runtime)
        return -1;
    if (run_conmon(starting, runtime, &refused, err) == 0)
        return 0;
    const char *other = refused ? runtime_fallback(starting->engine, starting->arena, runtime, starting->ctr->spec->runtime, *err) : NULL;
    if (!other)
        return -1;
    error_clear(err);
    return run_conmon(starting, other, &refused, err);
}

static int create_both(struct starting *starting, struct error **err)
{
    struct network_job job = { .starting = starting };
    begin_network(&job);
    create_process(starting, err);
    return end_network(&job, err) < 0 || *err ? -1 : 0;
}

/* ---- the result ---- */

static int record(struct starting *starting, struct error **err)
{
    struct container_run run = {
        .pid_start = process_start_time(starting->created.pid),
        .netns_path = starting->plan.netns_path,
        .mountpoint = starting->rootfs,
        .runtime = starting->runtime,
    };
    run.addresses.items = starting->plan.addresses.items;
    run.addresses.count = starting->plan.addresses.count;
    run.ports.items = starting->plan.ports.items;
    run.ports.count = starting->plan.ports.count;
    enum container_health_status health =
        container_has_health_check(starting->ctr->spec) ? CONTAINER_HEALTH_STARTING : CONTAINER_HEALTH_NONE;
    autobuf text = BUF(MAX_RUN_BYTES);
    schema_encode(&text, container_run_schema(), &run, SCHEMA_NEWEST);
    return row_change(starting->engine, starting->ctr, "start", NULL, err,
                      "UPDATE containers SET state = ?1, started = ?2, pid = ?3, conmon_pid = ?4, run = ?5, error = '', oom = 0,"
                      " stopped_by_user = 0, exit_code = 0, health = ?7, rev = rev + 1 WHERE id = ?6", "iiiissi", (int64_t)CONTAINER_RUNNING,
                      clock_now(), (int64_t)starting->created.pid, (int64_t)starting->created.conmon_pid, buf_text(&text), starting->ctr->id,
                      (int64_t)health);
}

static int run_it(struct starting *starting, struct error **err)
{
    const char *start[] = { "start", starting->ctr->id, NULL };
    attach_serve_waiting(starting->engine->attachments, starting->ctr->id, starting->bundle);
    if (runtime_run(starting->engine, starting->runtime, start, err) < 0)
        return -1;
    if (record(starting, err) < 0)
        return -1;
    container_tell_linkers(starting->engine); /* itself too: others may have come meanwhile */
    return 0;
}

/* The row goes back to what it was, with why in it; docker's codes for a command that is missing or cannot run. */
static void undo(struct starting *starting, enum container_state before, struct error *why)
{
    autoerror *err = NULL;
    int64_t code = why->kind == ERROR_NOT_FOUND ? 127 : why->kind == ERROR_INVALID ? 126 : 128;
    struct container partial = *starting->ctr;
    partial.runtime = str_or(starting->runtime, "");
    partial.netns_path = str_or(starting->plan.netns_path, "");
    partial.addresses.items = starting->plan.addresses.items;
    partial.addresses.count = starting->plan.addresses.count;
    container_take_down(starting->engine, &partial);
    attach_start_failed(starting->engine->attachments, starting->ctr->id);
    if (row_change(starting->engine, starting->ctr, NULL, NULL, &err,
                   "UPDATE containers SET state = ?1, exit_code = ?2, error = ?3, pid = 0, conmon_pid = 0, run = '{}', rev = rev + 1"
                   " WHERE id = ?4", "iiss", (int64_t)(before == CONTAINER_RESTARTING ? CONTAINER_EXITED : before), code, why->message,
                   starting->ctr->id) < 0)
        log_error("undoing the start of container %s: %s", starting->ctr->id, err->message);
}

static int start_locked(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct starting starting = {
        .engine = engine,
        .arena = arena,
        .ctr = ctr,
        .bundle = store_container_dir(engine->store, arena, ctr->id),
        .run_dir = store_container_run_dir(engine->store, arena, ctr->id),
        .userns = USERNS_NONE,
    };
    /* The intent, with the state to go back to: repair undoes it. */
    if (row_change(engine, ctr, NULL, NULL, err, "UPDATE containers SET state = ?1, rev = rev + 1 WHERE id = ?2", "is",
                   (int64_t)CONTAINER_STARTING, ctr->id) < 0 ||
        path_mkdirs(starting.run_dir, 0700, err) < 0)
        return -1;
    int rc = -1;
    if (prepare(&starting, err) == 0 && create_both(&starting, err) == 0)
        rc = run_it(&starting, err);
    network_plan_close(&starting.plan);
    userns_close(&starting.userns);
    confined_unstage(starting.run_dir);
    if (rc < 0)
        undo(&starting, ctr->state, *err);
    else
        health_timer_start(engine, ctr);
    return rc;
}

/* *ret_failed: it was tried and did not start. */
static int start_found(struct engine *engine, const char *id, bool *ret_failed, struct error **err)
{
    autofd lock = container_lock(engine, id, "start", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = container_repair(engine, id, err);
    if (!ctr)
        return -1;
    if (ctr->state == CONTAINER_RUNNING)
        return error_set_about(err, ERROR_NOT_MODIFIED, "container", ctr->id, "container %s is already running", ctr->id);
    if (ctr->state == CONTAINER_PAUSED)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "cannot start a paused container, try unpause instead");
    if (ctr->state != CONTAINER_CREATED && ctr->state != CONTAINER_EXITED && ctr->state != CONTAINER_RESTARTING)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is %s: it cannot be started", ctr->id,
                               container_state_text(ctr->state));
    *ret_failed = start_locked(engine, ctr, err) < 0;
    return *ret_failed ? -1 : 0;
}

/* Docker's clients leave it to the engine to remove a container of --rm that did not start, and wait for that; podman's
 * remove it themselves. */
static void remove_failed(struct engine *engine, const struct container *ctr)
{
    autoerror *err = NULL;
    const struct container_remove_options options = { .volumes = true, .ignore = true };
    if (!ctr->spec->auto_remove || !str_eq(ctr->spec->cap_defaults, "docker"))
        return;
    if (container_remove(engine, ctr->id, &options, &err) < 0)
        log_warn("removing container %s, which did not start: %s", ctr->id, err->message);
}

static int start_at(struct engine *engine, const char *key, unsigned depth, struct error **err);

static int start_required(struct engine *engine, const struct container *ctr, unsigned depth, struct error **err)
{
    if (depth > MAX_REQUIRED && ctr->spec->required.count)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "more than %d containers need each other, one behind the other", MAX_REQUIRED);
    for (size_t i = 0; i < ctr->spec->required.count; i++) {
        if (start_at(engine, ctr->spec->required.items[i], depth + 1, err) == 0)
            continue;
        if ((*err)->kind == ERROR_NOT_MODIFIED) {
            error_clear(err);
            continue;
        }
        (*err)->kind = (*err)->kind == ERROR_NOT_FOUND ? ERROR_CONFLICT : (*err)->kind;
        return error_wrap(err, "starting what container %s depends on", ctr->name);
    }
    return 0;
}

int container_start(struct engine *engine, const char *key, struct error **err)
{
    return start_at(engine, key, 0, err);
}

static int start_at(struct engine *engine, const char *key, unsigned depth, struct error **err)
{
    bool failed = false;
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr || start_required(engine, ctr, depth, err) < 0)
        return -1;
    int rc = start_found(engine, ctr->id, &failed, err);
    if (failed)
        remove_failed(engine, ctr);
    return rc;
}
