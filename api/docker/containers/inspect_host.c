#include "api/docker/containers/inspect_parts.h"

#include <stdlib.h>
#include <string.h>

#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/oci/oci.h"

#define SHM_DEFAULT_BYTES (64u << 20)

/* As given; containers of podman's clients did not give any, so theirs are written from the mounts. */
static void show_binds(struct arena *arena, const struct container *ctr, struct docker_host_config *host)
{
    const struct container_spec *spec = ctr->spec;
    for (size_t i = 0; i < spec->docker_binds.count; i++)
        if (strchr(spec->docker_binds.items[i].value, ':'))
            str_list_add(arena, &host->binds, spec->docker_binds.items[i].value);
    for (size_t i = 0; str_eq(spec->cap_defaults, "podman") && i < spec->mounts.count; i++) {
        const struct container_mount *mount = &spec->mounts.items[i];
        if (!strcmp(mount->type, "tmpfs"))
            str_map_set(arena, &host->tmpfs, mount->target, str_join(arena, &mount->options, ","));
        else if (!str_empty(mount->source) && strcmp(mount->type, "image"))
            str_list_add(arena, &host->binds,
                         arena_printf(arena, "%s:%s:%s", mount->source, mount->target, mount->readonly ? "ro" : "rw"));
    }
}

static struct docker_bind_options *bind_options(struct arena *arena, const struct container_mount *from)
{
    struct docker_bind_options *options = arena_zalloc(arena, sizeof *options);
    for (size_t i = 0; i < from->options.count; i++) {
        if (!strcmp(from->options.items[i], "bind"))
            options->non_recursive = true;
        else if (!strcmp(from->options.items[i], "rro"))
            options->read_only_force_recursive = true;
        else
            options->propagation = from->options.items[i];
    }
    options->create_mountpoint = from->create_source;
    options->read_only_non_recursive = from->readonly && !from->readonly_recursive;
    return from->options.count || from->create_source || options->read_only_non_recursive ? options : NULL;
}

static struct docker_tmpfs_options *tmpfs_options(struct arena *arena, const struct container_mount *from)
{
    struct docker_tmpfs_options *options = arena_zalloc(arena, sizeof *options);
    options->options.items = arena_array(arena, from->options.count, sizeof *options->options.items);
    for (size_t i = 0; i < from->options.count; i++) {
        if (str_starts(from->options.items[i], "size="))
            options->size = str_to_int(from->options.items[i] + strlen("size="));
        else if (str_starts(from->options.items[i], "mode="))
            options->mode = strtoll(from->options.items[i] + strlen("mode="), NULL, 8);
        else
            options->options.items[options->options.count++] = str_split(arena, from->options.items[i], '=');
    }
    return from->options.count ? options : NULL;
}

static struct docker_volume_options *volume_options(struct arena *arena, const struct container_mount *from)
{
    bool driven = !str_empty(from->driver) || from->driver_options.count;
    if (!from->nocopy && !from->labels.count && !driven && str_empty(from->subpath))
        return NULL;
    struct docker_volume_options *options = arena_zalloc(arena, sizeof *options);
    options->nocopy = from->nocopy;
    options->labels = from->labels;
    options->subpath = from->subpath;
    if (driven) {
        options->driver = arena_zalloc(arena, sizeof *options->driver);
        options->driver->name = from->driver;
        options->driver->options = from->driver_options;
    }
    return options;
}

static struct docker_image_options *image_options(struct arena *arena, const struct container_mount *from)
{
    struct docker_image_options *options = str_empty(from->subpath) ? NULL : arena_zalloc(arena, sizeof *options);
    if (options)
        options->subpath = from->subpath;
    return options;
}

/* What was given in long form is what was not given in any of the short ones. */
static void show_mounts(struct arena *arena, const struct container_spec *spec, struct docker_host_config *host)
{
    host->mounts.items = arena_array(arena, spec->mounts.count, sizeof *host->mounts.items);
    for (size_t i = 0; !str_eq(spec->cap_defaults, "podman") && i < spec->mounts.count; i++) {
        const struct container_mount *from = &spec->mounts.items[i];
        if (str_map_get(&spec->docker_binds, from->target) || str_map_get(&spec->docker_tmpfs, from->target) ||
            str_list_has(&spec->docker_volumes, from->target))
            continue;
        host->mounts.items[host->mounts.count++] = (struct docker_mount){
            .type = from->type,
            .source = from->source,
            .target = from->target,
            .read_only = from->readonly && strcmp(from->type, "image"), /* an image is so without a word */
            .bind = !strcmp(from->type, "bind") ? bind_options(arena, from) : NULL,
            .volume = !strcmp(from->type, "volume") ? volume_options(arena, from) : NULL,
            .tmpfs = !strcmp(from->type, "tmpfs") ? tmpfs_options(arena, from) : NULL,
            .image = !strcmp(from->type, "image") ? image_options(arena, from) : NULL,
        };
    }
}

static const char *host_port_asked(struct arena *arena, const struct container_port *port, int64_t n)
{
    if (!port->host_port)
        return "";
    if (port->host_port_last)
        return arena_printf(arena, "%lld-%lld", (long long)port->host_port, (long long)port->host_port_last);
    return arena_printf(arena, "%lld", (long long)(port->host_port + n));
}

static void show_port_bindings(struct arena *arena, const struct container_spec *spec, struct docker_host_config *host)
{
    size_t room = 0;
    for (size_t i = 0; i < spec->ports.count; i++)
        room += (size_t)(spec->ports.items[i].range > 0 ? spec->ports.items[i].range : 1);
    host->port_bindings.items = arena_array(arena, room, sizeof *host->port_bindings.items);
    for (size_t i = 0; i < spec->ports.count; i++) {
        const struct container_port *port = &spec->ports.items[i];
        for (int64_t n = 0; n < (port->range > 0 ? port->range : 1); n++) {
            const char *key = inspect_port_key(arena, port->container_port + n, port->protocol);
            size_t at = 0;
            while (at < host->port_bindings.count && strcmp(host->port_bindings.items[at].key, key))
                at++;
            if (at == host->port_bindings.count) {
                host->port_bindings.items[host->port_bindings.count++].key = key;
                host->port_bindings.items[at].value.items =
                    arena_array(arena, room, sizeof(struct docker_port_binding));
            }
            host->port_bindings.items[at].value.items[host->port_bindings.items[at].value.count++] =
                (struct docker_port_binding){
                    .host_ip = port->host_ip,
                    .host_port = host_port_asked(arena, port, n),
                };
        }
    }
}

static int64_t *pids_limit(struct engine *engine, struct arena *arena, const struct container_resources *limits)
{
    int64_t *limit = arena_zalloc(arena, sizeof *limit);
    *limit = limits->pids_limit ? *limits->pids_limit : engine->config ? engine->config->pids_limit : 0;
    return *limit > 0 ? limit : NULL;
}

/* Without a word about swap the container may use as much of it as of memory. */
static int64_t memory_swap(const struct container_resources *limits)
{
    if (limits->memory_swap || !limits->memory)
        return limits->memory_swap;
    return limits->memory > INT64_MAX / 2 ? -1 : limits->memory * 2;
}

/* Clients of podman may have named a device by its numbers. */
static const char *device_path(struct arena *arena, const struct container_device_limit *limit)
{
    return str_empty(limit->path) ? arena_printf(arena, "/dev/block/%lld:%lld", (long long)limit->major, (long long)limit->minor) : limit->path;
}

static void show_rates(struct arena *arena, const struct container_device_limit *items, size_t count,
                       struct docker_throttle_device **ret_items, size_t *ret_count)
{
    *ret_items = arena_array(arena, count, sizeof **ret_items);
    for (size_t i = 0; i < count; i++)
        (*ret_items)[i] = (struct docker_throttle_device){ .path = device_path(arena, &items[i]), .rate = items[i].value };
    *ret_count = count;
}

static void show_block_io(struct arena *arena, const struct container_resources *from, struct docker_resources *shown)
{
    shown->blkio_weight_device.items = arena_array(arena, from->blkio_weight_devices.count, sizeof *shown->blkio_weight_device.items);
    for (size_t i = 0; i < from->blkio_weight_devices.count; i++)
        shown->blkio_weight_device.items[shown->blkio_weight_device.count++] = (struct docker_weight_device){
            .path = device_path(arena, &from->blkio_weight_devices.items[i]),
            .weight = from->blkio_weight_devices.items[i].value,
        };
    show_rates(arena, from->read_bps.items, from->read_bps.count, &shown->blkio_read_bps.items, &shown->blkio_read_bps.count);
    show_rates(arena, from->write_bps.items, from->write_bps.count, &shown->blkio_write_bps.items, &shown->blkio_write_bps.count);
    show_rates(arena, from->read_iops.items, from->read_iops.count, &shown->blkio_read_iops.items, &shown->blkio_read_iops.count);
    show_rates(arena, from->write_iops.items, from->write_iops.count, &shown->blkio_write_iops.items, &shown->blkio_write_iops.count);
}

static void show_lists(struct arena *arena, const struct container_spec *spec, struct docker_resources *shown)
{
    shown->ulimits.items = arena_array(arena, spec->ulimits.count, sizeof *shown->ulimits.items);
    for (size_t i = 0; i < spec->ulimits.count; i++)
        shown->ulimits.items[shown->ulimits.count++] = (struct docker_ulimit){
            .name = spec->ulimits.items[i].name,
            .soft = (int64_t)spec->ulimits.items[i].soft,
            .hard = (int64_t)spec->ulimits.items[i].hard,
        };
    shown->devices.items = arena_array(arena, spec->devices.count, sizeof *shown->devices.items);
    for (size_t i = 0; i < spec->devices.count; i++)
        shown->devices.items[shown->devices.count++] = (struct docker_device){
            .path_on_host = spec->devices.items[i].host_path,
            .path_in_container = str_or(spec->devices.items[i].path, spec->devices.items[i].host_path),
            .permissions = str_or(spec->devices.items[i].access, "rwm"),
        };
}

static void show_resources(struct engine *engine, struct arena *arena, const struct container_spec *spec,
                           struct docker_resources *shown)
{
    struct container_resources *limits = arena_zalloc(arena, sizeof *limits);
    bool *init = arena_zalloc(arena, sizeof *init);
    *limits = spec->resources;
    *init = spec->init;
    *shown = (struct docker_resources){
        .cpu_shares = limits->cpu_shares,
        .memory = limits->memory,
        .nano_cpus = limits->nano_cpus,
        .cgroup_parent = spec->cgroup_parent,
        .blkio_weight = limits->blkio_weight,
        .cpu_period = limits->cpu_period,
        .cpu_quota = limits->cpu_quota,
        .cpu_realtime_period = limits->cpu_realtime_period,
        .cpu_realtime_runtime = limits->cpu_realtime_runtime,
        .cpuset_cpus = limits->cpuset_cpus,
        .cpuset_mems = limits->cpuset_mems,
        .device_cgroup_rules = spec->device_cgroup_rules,
        .memory_reservation = limits->memory_reservation,
        .memory_swap = memory_swap(limits),
        .memory_swappiness = limits->memory_swappiness,
        .oom_kill_disable = &limits->oom_kill_disable,
        .init = spec->init ? init : NULL,
        .pids_limit = pids_limit(engine, arena, limits),
        .kernel_memory_tcp = limits->kernel_memory_tcp,
    };
    show_lists(arena, spec, shown);
    show_block_io(arena, &spec->resources, shown);
}

/* Our default log file goes by the name of Docker's. */
static const char *log_type(const struct container_spec *spec)
{
    const char *driver = str_or(spec->log_driver, "json-file");
    return !strcmp(driver, "k8s-file") ? "json-file" : driver;
}

void inspect_host_config(struct engine *engine, struct arena *arena, const struct container *ctr,
                         struct docker_host_config *ret_host)
{
    static int64_t no_console[2];
    const struct container_spec *spec = ctr->spec;
    bool unified = path_exists("/sys/fs/cgroup/cgroup.controllers");
    *ret_host = (struct docker_host_config){
        .log = { .type = log_type(spec), .config = spec->log_options },
        .network_mode = inspect_network_mode(ctr),
        .restart_policy = { .name = str_or(spec->restart_policy, "no"), .maximum_retry_count = spec->restart_max },
        .auto_remove = spec->auto_remove,
        .volume_driver = spec->volume_driver,
        .volumes_from = spec->volumes_from,
        .console_size = { spec->console_size.count == 2 ? spec->console_size.items : no_console, 2 },
        .annotations = spec->annotations,
        .cap_add = spec->cap_add,
        .cap_drop = spec->cap_drop,
        .cgroupns_mode = str_or(spec->cgroupns_mode, unified ? "private" : "host"),
        .dns = spec->dns,
        .dns_options = spec->dns_options,
        .dns_search = spec->dns_search,
        .extra_hosts = spec->extra_hosts,
        .group_add = spec->groups,
        .ipc_mode = str_or(spec->ipc_mode, "private"),
        .links = inspect_links(engine, arena, ctr),
        .cgroup = "\"\"",
        .oom_score_adj = spec->resources.oom_score_adj,
        .pid_mode = spec->pid_mode,
        .privileged = spec->privileged,
        .publish_all_ports = spec->publish_all,
        .readonly_rootfs = spec->readonly_rootfs,
        .security_opt = spec->security_options,
        .tmpfs = spec->docker_tmpfs,
        .uts_mode = spec->uts_mode,
        .userns_mode = spec->uid_maps.count ? "private" : "",
        .shm_size = spec->shm_size ? spec->shm_size : SHM_DEFAULT_BYTES,
        .sysctls = spec->sysctls,
        .runtime = str_empty(ctr->runtime) ? str_or(spec->runtime, "crun") : path_base(ctr->runtime),
    };
    show_binds(arena, ctr, ret_host);
    show_mounts(arena, spec, ret_host);
    show_port_bindings(arena, spec, ret_host);
    show_resources(engine, arena, spec, &ret_host->resources);
    oci_hidden_paths(arena, spec, &ret_host->masked_paths, &ret_host->readonly_paths);
}
