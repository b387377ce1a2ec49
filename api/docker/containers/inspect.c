#include "api/docker/containers/inspect.h"

#include <string.h>

#include "api/docker/containers/inspect_parts.h"
#include "api/docker/health.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/health/health.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

#define SHORT_ID 12

const char *inspect_state_word(const struct container *ctr)
{
    return container_state_text(ctr->state == CONTAINER_INITIALIZED ? CONTAINER_CREATED : ctr->state);
}

static void show_state(const struct container *ctr, struct docker_state *state)
{
    bool restarting = ctr->state == CONTAINER_RESTARTING, paused = ctr->state == CONTAINER_PAUSED;
    *state = (struct docker_state){
        .status = inspect_state_word(ctr),
        .running = ctr->state == CONTAINER_RUNNING || paused || restarting,
        .paused = paused,
        .restarting = restarting,
        .oom_killed = ctr->oom_killed,
        .dead = ctr->state == CONTAINER_DEAD,
        .pid = ctr->pid,
        .exit_code = ctr->exit_code,
        .error = ctr->error,
        .started_at = ctr->started_unix_ns,
        .finished_at = ctr->finished_unix_ns,
    };
}

static int show_health(struct engine *engine, struct arena *arena, const struct container *ctr, struct docker_state *state, struct error **err)
{
    struct container_health_report report;
    if (!ctr->health)
        return 0;
    if (container_health(engine, arena, ctr, &report, err) < 0)
        return -1;
    state->health = arena_zalloc(arena, sizeof *state->health);
    *state->health = (struct docker_health){
        .status = container_health_text(state->running ? report.status : CONTAINER_UNHEALTHY), /* whose checks have ended */
        .failing_streak = report.failing_streak,
        .log.items = arena_array(arena, report.log.results.count, sizeof *state->health->log.items),
        .log.count = report.log.results.count,
    };
    for (size_t i = 0; i < report.log.results.count; i++) {
        const struct container_health_result *from = &report.log.results.items[i];
        state->health->log.items[i] = (struct docker_health_result){ from->start, from->end, from->exit_code, str_or(from->output, "") };
    }
    return 0;
}

static void show_program(struct arena *arena, const struct container *ctr, struct docker_inspect *shown)
{
    struct str_list line = str_list_copy(arena, &ctr->entrypoint);
    for (size_t i = 0; i < ctr->command.count; i++)
        str_list_add(arena, &line, ctr->command.items[i]);
    if (!line.count)
        return;
    shown->path = line.items[0];
    shown->args = (struct str_list){ line.items + 1, line.count - 1 };
}

static void show_files(struct engine *engine, struct arena *arena, const struct container *ctr,
                       struct docker_inspect *shown)
{
    const char *run = store_container_run_dir(engine->store, arena, ctr->id);
    autoerror *ignored = NULL;
    const char *diff = store_container_diff(engine->store, arena, ctr->id, &ignored);
    shown->resolv_conf_path = arena_printf(arena, "%s/resolv.conf", run);
    shown->hostname_path = arena_printf(arena, "%s/hostname", run);
    shown->hosts_path = arena_printf(arena, "%s/hosts", run);
    shown->graph_driver.name = "overlay";
    if (diff)
        str_map_set(arena, &shown->graph_driver.data, "UpperDir", diff);
    if (!str_empty(ctr->mountpoint))
        str_map_set(arena, &shown->graph_driver.data, "MergedDir", ctr->mountpoint);
}

/* ---- Config ---- */

const char *inspect_image_name(struct arena *arena, const struct container *ctr)
{
    bool podman = str_eq(ctr->spec->cap_defaults, "podman");
    return podman && !str_empty(ctr->image_name) ? image_familiar(arena, ctr->image_name) : ctr->spec->image;
}

static bool names_same(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");
    return len == strcspn(b, "=") && !strncmp(a, b, len);
}

/* What the client said, a name without value as well, then what only the image has. */
static struct str_list show_env(struct arena *arena, const struct container *ctr)
{
    struct str_list env = str_list_copy(arena, &ctr->spec->env);
    for (size_t i = 0; i < ctr->env.count; i++) {
        bool said = false;
        for (size_t j = 0; j < ctr->spec->env.count; j++)
            said |= names_same(ctr->env.items[i], ctr->spec->env.items[j]);
        if (!said)
            str_list_add(arena, &env, ctr->env.items[i]);
    }
    return env;
}

/* Those asked for and those of the image: every volume without a name that no long form asked for. */
static struct str_list show_volumes(struct arena *arena, const struct container *ctr)
{
    const struct container_spec *spec = ctr->spec;
    struct str_list targets = str_list_copy(arena, &spec->docker_volumes);
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        bool asked = false;
        for (size_t j = 0; j < spec->mounts.count; j++)
            asked |= !strcmp(spec->mounts.items[j].target, mount->target);
        if (mount->anonymous && !asked && !str_list_has(&targets, mount->target))
            str_list_add(arena, &targets, mount->target);
    }
    return targets;
}

static void show_config(struct arena *arena, const struct container *ctr, struct docker_container_config *config)
{
    const struct container_spec *spec = ctr->spec;
    bool own_signal = !str_empty(spec->stop_signal) || !str_eq(ctr->stop_signal, "SIGTERM");
    bool no_workdir = str_empty(spec->workdir) && str_eq(ctr->workdir, "/");
    *config = (struct docker_container_config){
        .hostname = !str_empty(spec->hostname) ? spec->hostname : arena_strndup(arena, ctr->id, SHORT_ID),
        .domainname = spec->domainname,
        .user = ctr->user,
        .attach_stdin = spec->attach_stdin,
        .attach_stdout = spec->attach_stdout,
        .attach_stderr = spec->attach_stderr,
        .exposed_ports = inspect_exposed_ports(arena, ctr),
        .tty = spec->tty,
        .open_stdin = spec->open_stdin,
        .stdin_once = spec->stdin_once,
        .env = show_env(arena, ctr),
        .cmd = ctr->command,
        .health = docker_show_check(arena, spec->health),
        .image = inspect_image_name(arena, ctr),
        .volumes = show_volumes(arena, ctr),
        .workdir = no_workdir ? "" : ctr->workdir,
        .entrypoint = ctr->entrypoint,
        .mac = spec->networks.count ? spec->networks.items[0].static_mac : NULL,
        .labels = ctr->labels,
        .stop_signal = own_signal ? ctr->stop_signal : NULL,
        .stop_timeout = spec->stop_timeout,
    };
}

/* ---- together ---- */

/* Those that were not started, or run. */
static int show_execs(struct engine *engine, struct arena *arena, const struct container *ctr,
                      struct docker_inspect *shown, struct error **err)
{
    struct str_list ids;
    if (exec_list(engine, arena, ctr->id, &ids, err) < 0)
        return -1;
    for (size_t i = 0; i < ids.count; i++) {
        struct exec_session session;
        autoerror *gone = NULL;
        if (exec_find(engine, arena, ids.items[i], &session, &gone) == 0 && (session.running || !session.started))
            str_list_add(arena, &shown->exec_ids, session.id);
    }
    return 0;
}

int docker_container_sizes(struct engine *engine, struct arena *arena, const struct container *ctr, int64_t **ret_rw,
                           int64_t **ret_rootfs, struct error **err)
{
    autoerror *gone = NULL;
    const struct image *image = str_empty(ctr->image_id) ? NULL : image_find(engine, arena, ctr->image_id, false, &gone);
    int64_t *rw = arena_zalloc(arena, sizeof *rw), *rootfs = arena_zalloc(arena, sizeof *rootfs);
    if (container_rw_size(engine, ctr, rw, err) < 0)
        return -1;
    *rootfs = *rw + (image ? image->size : 0);
    *ret_rw = rw;
    *ret_rootfs = rootfs;
    return 0;
}

int docker_inspect_container(struct engine *engine, struct arena *arena, const struct container *ctr, bool size,
                             struct docker_inspect *ret_shown, struct error **err)
{
    struct docker_inspect shown = {
        .id = ctr->id,
        .created = ctr->created_unix_ns,
        .image = str_empty(ctr->image_id) ? "" : arena_printf(arena, "sha256:%s", ctr->image_id),
        .log_path = ctr->log_path,
        .name = arena_printf(arena, "/%s", ctr->name),
        .restart_count = ctr->restart_count,
        .driver = "overlay",
        .platform = "linux",
        .apparmor_profile = ctr->spec->apparmor,
    };
    if (show_execs(engine, arena, ctr, &shown, err) < 0 ||
        (size && docker_container_sizes(engine, arena, ctr, &shown.size_rw, &shown.size_rootfs, err) < 0))
        return -1;
    show_state(ctr, &shown.state);
    if (show_health(engine, arena, ctr, &shown.state, err) < 0)
        return -1;
    show_program(arena, ctr, &shown);
    show_files(engine, arena, ctr, &shown);
    shown.mounts.count = inspect_mount_points(arena, ctr, &shown.mounts.items);
    for (size_t i = 0; i < shown.mounts.count; i++) /* only the plugin knows where its volume is */
        if (str_empty(shown.mounts.items[i].source) && shown.mounts.items[i].name)
            shown.mounts.items[i].source = volume_place(engine, arena, shown.mounts.items[i].name);
    show_config(arena, ctr, &shown.config);
    inspect_host_config(engine, arena, ctr, &shown.host_config);
    inspect_network_settings(arena, ctr, &shown.network_settings);
    *ret_shown = shown;
    return 0;
}
