/* GET /libpod/info */
#include "api/call.h"
#include "api/dispatch.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/registry/settings.h"
#include "core/system/packages.h"
#include "core/system/system.h"
#include "core/volume/volume.h"

#define SEARCH_MAX_BYTES 65536

static void show_host(struct call *call, const struct system_info *info, struct libpod_info_host *host)
{
    struct system_packages packages;
    system_packages(call->engine, call->arena, info, &packages);
    *host = (struct libpod_info_host){
        .arch = info->architecture,
        .cgroup_manager = info->cgroup_manager,
        .cgroup_version = info->cgroup_v2 ? "v2" : "v1",
        .cgroup_controllers = info->cgroup_controllers,
        .conmon = { .package = packages.conmon, .path = info->conmon_path, .version = info->conmon_version },
        .cpus = info->cpus,
        .cpu = { info->cpu_user_percent, info->cpu_system_percent, info->cpu_idle_percent },
        .database_backend = "sqlite",
        .distribution = { info->os_id, info->os_version, info->os_variant, info->os_codename },
        .emulated = info->emulated,
        .event_logger = "sqlite",
        .hostname = info->hostname,
        .kernel = info->kernel,
        .log_driver = "k8s-file",
        .mem_free = info->memory_free_bytes,
        .mem_total = info->memory_bytes,
        .network_backend = "netavark",
        .network_backend_info = {
            .backend = "netavark",
            .version = info->netavark_version,
            .package = packages.netavark,
            .path = info->netavark_path,
            .default_network = call->engine->config->default_network,
            .dns = { .version = info->aardvark_version, .package = packages.aardvark, .path = info->aardvark_path },
        },
        .oci_runtime = { .name = info->runtime_name, .package = packages.runtime, .path = info->runtime_path, .version = info->runtime_version },
        .os = "linux",
        .security = {
            .apparmor = info->apparmor,
            .capabilities = str_join(call->arena, &info->default_capabilities, ","),
            .seccomp = info->seccomp,
            .seccomp_path = info->seccomp_profile,
            .selinux = info->selinux,
        },
        .swap_free = info->swap_free_bytes,
        .swap_total = info->swap_bytes,
        .uptime = arena_printf(call->arena, "%lldh %lldm %lld.00s", (long long)info->uptime_seconds / 3600,
                               (long long)info->uptime_seconds / 60 % 60, (long long)info->uptime_seconds % 60),
        .linkmode = "dynamic",
    };
    const char *socket = call->api->caller.socket;
    bool tcp = !str_empty(socket) && str_starts(socket, "tcp://");
    if (str_empty(socket) || (*socket != '/' && !tcp)) /* no file */
        return;
    host->remote_socket = arena_zalloc(call->arena, sizeof *host->remote_socket);
    *host->remote_socket = (struct libpod_info_socket){ tcp ? socket : arena_printf(call->arena, "unix://%s", socket), true };
}

static void show_store(struct call *call, const struct system_info *info, struct libpod_info_store *store)
{
    *store = (struct libpod_info_store){
        .config_file = info->storage_conf,
        .container_store = {
            .number = info->containers_running + info->containers_paused + info->containers_stopped,
            .paused = info->containers_paused,
            .running = info->containers_running,
            .stopped = info->containers_stopped,
        },
        .graph_driver_name = "overlay",
        .graph_root = call->engine->root,
        .graph_root_allocated = info->store_bytes,
        .graph_root_used = info->store_used_bytes,
        .image_store = { info->images },
        .run_root = call->engine->runroot,
        .volume_path = arena_printf(call->arena, "%s/volumes", call->engine->state_dir),
    };
    str_map_set(call->arena, &store->graph_status, "Backing Filesystem", info->backing_filesystem);
    str_map_set(call->arena, &store->graph_status, "Native Overlay Diff", "true");
    str_map_set(call->arena, &store->graph_status, "Supports d_type", "true");
    str_map_set(call->arena, &store->graph_status, "Using metacopy", "false");
}

/* A file that is broken says so when something is pulled. */
static void show_registries(struct call *call, struct libpod_info *shown)
{
    struct registry_summary registries;
    autoerror *broken = NULL;
    autobuf text = BUF(SEARCH_MAX_BYTES);
    if (registry_summarise(call->arena, &registries, &broken) < 0 || !registries.search.count)
        return;
    for (size_t i = 0; i < registries.search.count; i++) {
        buf_putc(&text, i ? ',' : '[');
        schema_encode_text(&text, registries.search.items[i]);
    }
    buf_putc(&text, ']');
    if (!text.full)
        str_map_set(call->arena, &shown->registries, "search", arena_strdup(call->arena, buf_text(&text)));
}

static int get_info(struct call *call, struct error **err)
{
    static const char *const log[] = { "k8s-file", "none" };
    struct system_info info;
    struct str_list volume_names = { 0 };
    if (system_info(call->engine, call->arena, &info, err) < 0 ||
        volume_drivers(call->engine, call->arena, &volume_names, err) < 0)
        return -1;
    struct libpod_info shown = {
        .plugins = {
            .volume = volume_names,
            .network = network_drivers(call->arena, info.netavark_version),
            .log = { (const char **)log, 2 },
        },
        .version = {
            .api_version = CORACLE_LIBPOD_VERSION,
            .version = CORACLE_LIBPOD_VERSION,
            .os_arch = arena_printf(call->arena, "linux/%s", info.architecture),
            .os = "linux",
        },
    };
    show_host(call, &info, &shown.host);
    show_store(call, &info, &shown.store);
    show_registries(call, &shown);
    return reply(call, 200, libpod_info_schema(), &shown, err);
}

const struct route libpod_info[] = {
    {
        ROUTE(GET, "/libpod/info"),
        .id = "SystemInfoLibpod",
        .tag = "system",
        .summary = "The machine and this engine",
        .rights = "system:read",
        .handler = get_info,
        .responses = { { 200, libpod_info_schema, "All of it", REPLY_OBJECT, NULL }, INTERNAL_ERROR },
    },
    { 0 },
};
