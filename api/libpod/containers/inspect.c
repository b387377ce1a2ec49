#include "api/libpod/containers/inspect.h"

#include <ctype.h>
#include <string.h>

#include "api/libpod/containers/health.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/network/network.h"
#include "core/oci/oci.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

static void show_state(const struct container *ctr, struct libpod_state *state)
{
    *state = (struct libpod_state){
        .oci_version = "1.0.2",
        .status = container_state_text(ctr->state),
        .running = ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED,
        .paused = ctr->state == CONTAINER_PAUSED,
        .restarting = ctr->state == CONTAINER_RESTARTING,
        .oom_killed = ctr->oom_killed,
        .dead = ctr->state == CONTAINER_DEAD,
        .pid = ctr->pid,
        .conmon_pid = ctr->conmon_pid,
        .exit_code = ctr->exit_code,
        .error = ctr->error,
        .started_at = ctr->started_unix_ns,
        .finished_at = ctr->finished_unix_ns,
        .stopped_by_user = ctr->stopped_by_user,
    };
}

static bool is_propagation(const char *option)
{
    const char *word = *option == 'r' ? option + 1 : option;
    return !strcmp(word, "private") || !strcmp(word, "shared") || !strcmp(word, "slave") || !strcmp(word, "unbindable");
}

static void show_mounts(struct engine *engine, struct arena *arena, const struct container *ctr, struct libpod_inspect *shown)
{
    shown->mounts.items = arena_array(arena, ctr->mounts.count, sizeof *shown->mounts.items);
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *from = &ctr->mounts.items[i];
        struct libpod_inspect_mount *to = &shown->mounts.items[shown->mounts.count++];
        *to = (struct libpod_inspect_mount){
            .type = from->type,
            .source = from->source,
            .destination = from->target,
            .rw = !from->readonly,
            .propagation = !strcmp(from->type, "tmpfs") ? "" : "rprivate",
            .subpath = from->subpath,
        };
        if (i < ctr->volume_names.count && !str_empty(ctr->volume_names.items[i])) {
            to->name = ctr->volume_names.items[i];
            to->driver = str_or(from->driver, "local");
            if (str_empty(to->source)) /* only the plugin knows where its volume is */
                to->source = volume_place(engine, arena, to->name);
        }
        for (size_t j = 0; j < from->options.count; j++) {
            const char *option = from->options.items[j];
            if (is_propagation(option))
                to->propagation = option;
            else if (!strcasecmp(option, "z"))
                to->mode = option;
            else
                str_list_add(arena, &to->options, option);
        }
        if (from->overlay && strcmp(from->type, "image"))
            str_list_add(arena, &to->options, "O");
    }
}

static const char *port_key(struct arena *arena, int64_t port, const char *protocol)
{
    return arena_printf(arena, "%lld/%s", (long long)port, protocol);
}

/* 80/tcp to host address and port, one entry for every port of a range. */
static void show_ports(struct arena *arena, const struct container_port *ports, size_t count, struct libpod_network_settings *settings)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += (size_t)(ports[i].range > 0 ? ports[i].range : 1);
    settings->ports.items = arena_array(arena, total, sizeof *settings->ports.items);
    for (size_t i = 0; i < count; i++) {
        for (int64_t n = 0; n < (ports[i].range > 0 ? ports[i].range : 1); n++) {
            const char *key = port_key(arena, ports[i].container_port + n, ports[i].protocol);
            size_t at = 0;
            while (at < settings->ports.count && strcmp(settings->ports.items[at].key, key))
                at++;
            if (at == settings->ports.count) {
                settings->ports.items[settings->ports.count++].key = key;
                settings->ports.items[at].value.items = arena_array(arena, total, sizeof(struct libpod_host_port));
            }
            struct libpod_host_port *to = &settings->ports.items[at].value.items[settings->ports.items[at].value.count++];
            to->host_ip = str_or(ports[i].host_ip, "0.0.0.0");
            to->host_port = arena_printf(arena, "%lld", (long long)(ports[i].host_port ? ports[i].host_port + n : 0));
        }
    }
}

static const char *usual_network(const struct engine *engine)
{
    return engine->config ? engine->config->default_network : "podman";
}

/* Of a container that does not run: the names it will have, as podman shows them. */
static struct str_list wanted_names(struct arena *arena, const struct container *ctr, const struct container_network *asked)
{
    struct str_list names = str_list_copy(arena, &asked->aliases);
    str_list_add(arena, &names, arena_strndup(arena, ctr->id, 12));
    if (!str_empty(ctr->spec->hostname) && !str_list_has(&names, ctr->spec->hostname))
        str_list_add(arena, &names, ctr->spec->hostname);
    return names;
}

/* The networks it will join. What ended is taken down behind everybody's back, so its addresses are nobody's. */
static void show_wanted_networks(struct engine *engine, struct arena *arena, const struct container *ctr,
                                 struct libpod_network_settings *settings)
{
    const struct container_spec *spec = ctr->spec;
    bool usual = !spec->networks.count && !spec->networks_set && str_eq(str_or(spec->network_mode, "bridge"), "bridge");
    settings->networks.items = arena_array(arena, spec->networks.count + 1, sizeof *settings->networks.items);
    for (size_t i = 0; i < spec->networks.count; i++) {
        const struct container_network *asked = &spec->networks.items[i];
        settings->networks.items[i].key = asked->name;
        settings->networks.items[i].value = (struct libpod_endpoint){
            .network_id = asked->id,
            .driver_options = asked->driver_options,
            .aliases = wanted_names(arena, ctr, asked),
        };
    }
    settings->networks.count = spec->networks.count;
    if (usual)
        settings->networks.items[settings->networks.count++].key = usual_network(engine);
}

static const struct container_network *wish_for(const struct container *ctr, const char *network)
{
    for (size_t i = 0; i < ctr->spec->networks.count; i++)
        if (!strcmp(ctr->spec->networks.items[i].name, network))
            return &ctr->spec->networks.items[i];
    return NULL;
}

static void show_networks(struct engine *engine, struct arena *arena, const struct container *ctr,
                          struct libpod_network_settings *settings)
{
    bool live = ctr->pid && ctr->ports.count > 0;
    settings->sandbox_key = ctr->pid ? ctr->netns_path : "";
    show_ports(arena, live ? ctr->ports.items : ctr->spec->ports.items, live ? ctr->ports.count : ctr->spec->ports.count, settings);
    if (!ctr->pid || !ctr->addresses.count)
        return show_wanted_networks(engine, arena, ctr, settings);
    settings->networks.items = arena_array(arena, ctr->addresses.count, sizeof *settings->networks.items);
    for (size_t i = 0; i < ctr->addresses.count; i++) {
        const struct container_address *from = &ctr->addresses.items[i];
        const struct container_network *asked = wish_for(ctr, from->network);
        settings->networks.items[i].key = from->network;
        settings->networks.items[i].value = (struct libpod_endpoint){
            .endpoint_id = network_endpoint_id(arena, ctr->id, from->network_id),
            .gateway = from->gateway,
            .ip = from->ip,
            .prefix = from->prefix,
            .gateway6 = from->gateway6,
            .ip6 = from->ip6,
            .prefix6 = from->prefix6,
            .mac = from->mac,
            .network_id = from->network_id,
            .aliases = from->aliases,
        };
        if (asked)
            settings->networks.items[i].value.driver_options = asked->driver_options;
        settings->networks.count++;
        if (i || strcmp(from->network, usual_network(engine)))
            continue; /* as podman: these are the default network's alone */
        settings->gateway = from->gateway;
        settings->ip = from->ip;
        settings->prefix = from->prefix;
        settings->gateway6 = from->gateway6;
        settings->ip6 = from->ip6;
        settings->prefix6 = from->prefix6;
        settings->mac = from->mac;
    }
}

static void show_secrets(struct arena *arena, const struct container_spec *spec, struct libpod_container_config *config)
{
    config->secrets.items = arena_array(arena, spec->secrets.count, sizeof *config->secrets.items);
    for (size_t i = 0; i < spec->secrets.count; i++) {
        const struct container_secret *from = &spec->secrets.items[i];
        config->secrets.items[config->secrets.count++] = (struct libpod_inspect_secret){
            .name = from->name,
            .id = from->id,
            .uid = from->uid,
            .gid = from->gid,
            .mode = from->mode,
        };
    }
}

static void show_config(struct engine *engine, struct arena *arena, const struct container *ctr, struct libpod_container_config *config)
{
    const struct container_spec *spec = ctr->spec;
    *config = (struct libpod_container_config){
        .hostname = !str_empty(spec->hostname) ? spec->hostname : arena_strndup(arena, ctr->id, 12),
        .domainname = spec->domainname,
        .user = ctr->user,
        .attach_stdin = spec->attach_stdin,
        .attach_stdout = spec->attach_stdout,
        .attach_stderr = spec->attach_stderr,
        .tty = spec->tty,
        .open_stdin = spec->open_stdin,
        .stdin_once = spec->stdin_once,
        .env = ctr->env,
        .cmd = ctr->command,
        .image = ctr->image_name,
        .workdir = ctr->workdir,
        .entrypoint = ctr->entrypoint,
        .entrypoint_text = str_join(arena, &ctr->entrypoint, " "),
        .labels = ctr->labels,
        .annotations = spec->annotations,
        .stop_signal = ctr->stop_signal,
        .stop_signal_number = oci_signal(str_or(ctr->stop_signal, "SIGTERM")),
        .create_command = spec->create_command,
        .timezone = spec->timezone,
        .umask = str_or(spec->umask, engine->config ? engine->config->umask : "0022"),
        .timeout = spec->timeout,
        .stop_timeout = spec->stop_timeout ? *spec->stop_timeout : 10,
        .exposed_ports = spec->expose,
    };
    libpod_show_health_config(arena, spec, config);
    show_secrets(arena, spec, config);
    for (size_t i = 0; i < spec->ports.count; i++) {
        const char *key = port_key(arena, spec->ports.items[i].container_port, spec->ports.items[i].protocol);
        if (!str_list_has(&config->exposed_ports, key)) {
            if (config->exposed_ports.items == spec->expose.items)
                config->exposed_ports = str_list_copy(arena, &spec->expose);
            str_list_add(arena, &config->exposed_ports, key);
        }
    }
}

static void show_binds(struct arena *arena, const struct container *ctr, struct libpod_host_config *host)
{
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        const char *options = str_join(arena, &mount->options, ",");
        if (!strcmp(mount->type, "image"))
            continue;
        if (mount->overlay)
            options = *options ? arena_printf(arena, "O,%s", options) : "O";
        if (!strcmp(mount->type, "tmpfs")) {
            str_map_set(arena, &host->tmpfs, mount->target, options);
            continue;
        }
        bool named = i < ctr->volume_names.count && !str_empty(ctr->volume_names.items[i]);
        str_list_add(arena, &host->binds,
                     arena_printf(arena, "%s:%s:%s%s%s", named ? ctr->volume_names.items[i] : mount->source, mount->target,
                                  mount->readonly ? "ro" : "rw", *options ? "," : "", options));
    }
}

/* One that was named by its numbers has no path of its own. */
static const char *device_path(struct arena *arena, const struct container_device_limit *limit)
{
    return str_or(limit->path, arena_printf(arena, "/dev/block/%lld:%lld", (long long)limit->major, (long long)limit->minor));
}

static void show_rates(struct arena *arena, const struct container_device_limit *items, size_t count,
                       struct libpod_inspect_throttle **ret_items, size_t *ret_count)
{
    *ret_items = arena_array(arena, count, sizeof **ret_items);
    for (*ret_count = 0; *ret_count < count; (*ret_count)++)
        (*ret_items)[*ret_count] = (struct libpod_inspect_throttle){ device_path(arena, &items[*ret_count]), items[*ret_count].value };
}

static void show_block_io(struct arena *arena, const struct container_resources *from, struct libpod_host_config *host)
{
    size_t count = from->blkio_weight_devices.count;
    host->blkio_weight_device.items = arena_array(arena, count, sizeof *host->blkio_weight_device.items);
    host->blkio_weight_device.count = count;
    for (size_t i = 0; i < count; i++)
        host->blkio_weight_device.items[i] = (struct libpod_inspect_weight){
            device_path(arena, &from->blkio_weight_devices.items[i]), from->blkio_weight_devices.items[i].value };
    show_rates(arena, from->read_bps.items, from->read_bps.count, &host->blkio_read_bps.items, &host->blkio_read_bps.count);
    show_rates(arena, from->write_bps.items, from->write_bps.count, &host->blkio_write_bps.items, &host->blkio_write_bps.count);
    show_rates(arena, from->read_iops.items, from->read_iops.count, &host->blkio_read_iops.items, &host->blkio_read_iops.count);
    show_rates(arena, from->write_iops.items, from->write_iops.count, &host->blkio_write_iops.items, &host->blkio_write_iops.count);
}

static void show_limits(struct arena *arena, const struct container_spec *spec, struct libpod_host_config *host)
{
    const struct container_resources *limits = &spec->resources;
    host->cpu_shares = limits->cpu_shares;
    host->memory = limits->memory;
    host->nano_cpus = limits->nano_cpus;
    if (!host->nano_cpus && limits->cpu_quota > 0 && limits->cpu_period > 0)
        host->nano_cpus = limits->cpu_quota * 1000000000LL / limits->cpu_period;
    host->blkio_weight = limits->blkio_weight;
    host->cpu_realtime_period = limits->cpu_realtime_period;
    host->cpu_realtime_runtime = limits->cpu_realtime_runtime;
    host->cgroup_conf = limits->unified;
    show_block_io(arena, limits, host);
    host->cpu_period = limits->cpu_period;
    host->cpu_quota = limits->cpu_quota;
    host->cpuset_cpus = limits->cpuset_cpus;
    host->cpuset_mems = limits->cpuset_mems;
    host->memory_reservation = limits->memory_reservation;
    host->memory_swap = limits->memory_swap;
    host->memory_swappiness = limits->memory_swappiness ? *limits->memory_swappiness : -1;
    host->oom_kill_disable = limits->oom_kill_disable;
    host->oom_score_adj = limits->oom_score_adj;
    host->ulimits.items = arena_array(arena, spec->ulimits.count, sizeof *host->ulimits.items);
    for (size_t i = 0; i < spec->ulimits.count; i++) {
        char *name = arena_printf(arena, "RLIMIT_%s", spec->ulimits.items[i].name);
        for (char *at = name; *at; at++)
            *at = (char)toupper((unsigned char)*at);
        host->ulimits.items[host->ulimits.count++] = (struct libpod_inspect_ulimit){
            .name = name,
            .soft = (int64_t)spec->ulimits.items[i].soft,
            .hard = (int64_t)spec->ulimits.items[i].hard,
        };
    }
}

static void show_devices(struct arena *arena, const struct container_spec *spec, struct libpod_host_config *host)
{
    host->devices.items = arena_array(arena, spec->devices.count, sizeof *host->devices.items);
    for (size_t i = 0; i < spec->devices.count; i++)
        host->devices.items[host->devices.count++] = (struct libpod_inspect_device){
            .path_on_host = spec->devices.items[i].host_path,
            .path_in_container = str_or(spec->devices.items[i].path, spec->devices.items[i].host_path),
            .permissions = str_or(spec->devices.items[i].access, "rwm"),
        };
}

static struct str_list id_map_texts(struct arena *arena, const struct container_id_map *maps, size_t count)
{
    struct str_list texts = { 0 };
    for (size_t i = 0; i < count; i++)
        str_list_add(arena, &texts, arena_printf(arena, "%lld:%lld:%lld", (long long)maps[i].container, (long long)maps[i].host,
                                                 (long long)maps[i].size));
    return texts;
}

static struct libpod_inspect_id_mappings *show_id_mappings(struct arena *arena, const struct container_spec *spec)
{
    if (!spec->uid_maps.count)
        return NULL;
    struct libpod_inspect_id_mappings *shown = arena_zalloc(arena, sizeof *shown);
    shown->uid_map = id_map_texts(arena, spec->uid_maps.items, spec->uid_maps.count);
    shown->gid_map = id_map_texts(arena, spec->gid_maps.items, spec->gid_maps.count);
    return shown;
}

static void show_host_config(struct engine *engine, struct arena *arena, const struct container *ctr, const struct libpod_inspect *shown,
                             struct libpod_host_config *host)
{
    static int64_t no_console[2];
    const struct container_spec *spec = ctr->spec;
    *host = (struct libpod_host_config){
        .cgroup_manager = engine->config ? engine->config->cgroup_manager : "cgroupfs",
        .cgroup_mode = str_or(spec->cgroupns_mode, path_exists("/sys/fs/cgroup/cgroup.controllers") ? "private" : "host"),
        .log = { .type = str_or(spec->log_driver, "k8s-file"), .config = spec->log_options, .path = ctr->log_path, .size = "0B" },
        .network_mode = str_or(spec->network_mode, "bridge"),
        .restart_policy = { .name = str_or(spec->restart_policy, "no"), .maximum_retry_count = spec->restart_max },
        .auto_remove = spec->auto_remove,
        .auto_remove_image = spec->auto_remove_image,
        .annotations = spec->annotations,
        .volumes_from = spec->volumes_from,
        .cap_add = spec->cap_add,
        .cap_drop = spec->cap_drop,
        .dns = spec->dns,
        .dns_options = spec->dns_options,
        .dns_search = spec->dns_search,
        .extra_hosts = spec->extra_hosts,
        .group_add = spec->groups,
        .ipc_mode = str_or(spec->ipc_mode, "shareable"),
        .cgroups = "default",
        .pid_mode = str_or(spec->pid_mode, "private"),
        .privileged = spec->privileged,
        .publish_all_ports = spec->publish_all,
        .readonly_rootfs = spec->readonly_rootfs,
        .security_opt = spec->security_options,
        .uts_mode = str_or(spec->uts_mode, "private"),
        .userns_mode = spec->uid_maps.count ? "private" : "",
        .id_mappings = show_id_mappings(arena, spec),
        .shm_size = spec->shm_size,
        .runtime = "oci",
        .console_size = { no_console, 2 },
        .cgroup_parent = spec->cgroup_parent,
        .pids_limit = spec->resources.pids_limit ? *spec->resources.pids_limit : engine->config ? engine->config->pids_limit : 0,
    };
    host->port_bindings.items = (void *)shown->network_settings.ports.items; /* the same rows: host address and port by port */
    host->port_bindings.count = shown->network_settings.ports.count;
    show_binds(arena, ctr, host);
    show_limits(arena, spec, host);
    show_devices(arena, spec, host);
}

static int show_sizes(struct engine *engine, struct arena *arena, const struct container *ctr, const struct image *image,
                      struct libpod_inspect *shown, struct error **err)
{
    shown->size_rw = arena_zalloc(arena, sizeof *shown->size_rw);
    shown->size_rootfs = arena_zalloc(arena, sizeof *shown->size_rootfs);
    if (container_rw_size(engine, ctr, shown->size_rw, err) < 0)
        return -1;
    *shown->size_rootfs = *shown->size_rw + (image ? image->size : 0);
    return 0;
}

static void show_files(struct engine *engine, struct arena *arena, const struct container *ctr, struct libpod_inspect *shown)
{
    const char *run = store_container_run_dir(engine->store, arena, ctr->id);
    const char *bundle = store_container_dir(engine->store, arena, ctr->id);
    autoerror *ignored = NULL;
    const char *diff = store_container_diff(engine->store, arena, ctr->id, &ignored);
    shown->resolv_conf_path = arena_printf(arena, "%s/resolv.conf", run);
    shown->hostname_path = arena_printf(arena, "%s/hostname", run);
    shown->hosts_path = arena_printf(arena, "%s/hosts", run);
    shown->conmon_pid_file = arena_printf(arena, "%s/conmon.pid", run);
    shown->pid_file = arena_printf(arena, "%s/pidfile", run);
    shown->static_dir = bundle;
    shown->oci_config_path = arena_printf(arena, "%s/config.json", bundle);
    shown->graph_driver.name = "overlay";
    if (diff)
        str_map_set(arena, &shown->graph_driver.data, "UpperDir", diff);
    if (!str_empty(ctr->mountpoint))
        str_map_set(arena, &shown->graph_driver.data, "MergedDir", ctr->mountpoint);
}

static void show_program(struct arena *arena, const struct container *ctr, struct libpod_inspect *shown)
{
    struct str_list line = str_list_copy(arena, &ctr->entrypoint);
    for (size_t i = 0; i < ctr->command.count; i++)
        str_list_add(arena, &line, ctr->command.items[i]);
    if (!line.count)
        return;
    shown->path = line.items[0];
    shown->args = (struct str_list){ line.items + 1, line.count - 1 };
}

int libpod_inspect_container(struct engine *engine, struct arena *arena, const struct container *ctr, bool size,
                             struct libpod_inspect *ret_shown, struct error **err)
{
    autoerror *ignored = NULL;
    const struct image *image = str_empty(ctr->image_id) ? NULL : image_find(engine, arena, ctr->image_id, false, &ignored); /* may be gone: podman rmi -f */
    struct libpod_inspect shown = {
        .id = ctr->id,
        .created = ctr->created_unix_ns,
        .image = ctr->image_id,
        .image_digest = image ? image->digest : "",
        .image_name = ctr->image_name,
        .rootfs = str_or(ctr->spec->rootfs, ""),
        .oci_runtime = str_empty(ctr->runtime) ? str_or(ctr->spec->runtime, "crun") : path_base(ctr->runtime),
        .name = ctr->name,
        .restart_count = ctr->restart_count,
        .dependencies = ctr->spec->required,
        .driver = "overlay",
        .apparmor_profile = ctr->spec->apparmor,
        .kube_exit_code = "invalid",
        .use_image_hosts = ctr->spec->no_hosts,
        .use_image_hostname = ctr->spec->no_hostname,
    };
    if (oci_container_capabilities(engine, arena, ctr, &shown.effective_caps, &shown.bounding_caps, err) < 0 ||
        exec_list(engine, arena, ctr->id, &shown.exec_ids, err) < 0 ||
        (size && show_sizes(engine, arena, ctr, image, &shown, err) < 0))
        return -1;
    show_state(ctr, &shown.state);
    if (libpod_show_health(engine, arena, ctr, &shown.state.health, err) < 0)
        return -1;
    show_program(arena, ctr, &shown);
    show_files(engine, arena, ctr, &shown);
    show_mounts(engine, arena, ctr, &shown);
    show_networks(engine, arena, ctr, &shown.network_settings);
    show_config(engine, arena, ctr, &shown.config);
    show_host_config(engine, arena, ctr, &shown, &shown.host_config);
    *ret_shown = shown;
    return 0;
}
