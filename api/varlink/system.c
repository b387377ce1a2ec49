/* System methods of io.projectatomic.podman and io.podman */
#include "api/types/varlink/varlink.h"
#include "api/varlink/interface.h"
#include "core/base/arena.h"
#include "core/engine.h"
#include "core/registry/settings.h"
#include "core/system/system.h"

static int ping(struct varlink_call *call, struct error **err)
{
    const struct atomic_ping reply = { { "OK" } };
    return varlink_reply(call, atomic_ping_schema(), &reply, false, err);
}

static int atomic_get_version(struct varlink_call *call, struct error **err)
{
    struct system_info info;
    if (system_info(call->engine, call->arena, &info, err) < 0)
        return -1;
    const struct atomic_version_reply reply = {
        { .version = CORACLE_LIBPOD_VERSION, .os_arch = arena_printf(call->arena, "linux/%s", info.architecture) },
    };
    return varlink_reply(call, atomic_version_reply_schema(), &reply, false, err);
}

static int podman_get_version(struct varlink_call *call, struct error **err)
{
    struct system_info info;
    if (system_info(call->engine, call->arena, &info, err) < 0)
        return -1;
    const struct podman_version reply = {
        .version = CORACLE_LIBPOD_VERSION,
        .os_arch = arena_printf(call->arena, "linux/%s", info.architecture),
        .remote_api_version = 1,
    };
    return varlink_reply(call, podman_version_schema(), &reply, false, err);
}

static struct varlink_store show_store(const struct varlink_call *call, const struct system_info *info)
{
    return (struct varlink_store){
        .containers = info->containers_running + info->containers_paused + info->containers_stopped,
        .images = info->images,
        .graph_driver_name = "overlay",
        .graph_root = call->engine->root,
        .graph_status = { info->backing_filesystem, "true", "true" },
        .run_root = call->engine->runroot,
    };
}

static const char *uptime_text(struct arena *arena, int64_t seconds)
{
    return arena_printf(arena, "%lldh %lldm %llds", (long long)seconds / 3600, (long long)seconds / 60 % 60, (long long)seconds % 60);
}

static int atomic_get_info(struct varlink_call *call, struct error **err)
{
    struct system_info info;
    struct registry_summary registries;
    if (system_info(call->engine, call->arena, &info, err) < 0 || registry_summarise(call->arena, &registries, err) < 0)
        return -1;
    const struct atomic_info_reply reply = { {
        .registries = registries.search,
        .insecure_registries = registries.insecure,
        .host = {
            .mem_free = info.memory_free_bytes,
            .mem_total = info.memory_bytes,
            .swap_free = info.swap_free_bytes,
            .swap_total = info.swap_bytes,
            .arch = info.architecture,
            .cpus = info.cpus,
            .hostname = info.hostname,
            .kernel = info.kernel,
            .os = "linux",
            .uptime = uptime_text(call->arena, info.uptime_seconds),
        },
        .store = show_store(call, &info),
        .podman = { .compiler = "gcc " __VERSION__, .podman_version = CORACLE_LIBPOD_VERSION },
    } };
    return varlink_reply(call, atomic_info_reply_schema(), &reply, false, err);
}

static int podman_get_info(struct varlink_call *call, struct error **err)
{
    struct system_info info;
    struct registry_summary registries;
    if (system_info(call->engine, call->arena, &info, err) < 0 || registry_summarise(call->arena, &registries, err) < 0)
        return -1;
    const struct podman_info_reply reply = { {
        .registries = { registries.search, registries.insecure, registries.blocked },
        .host = {
            .distribution = { info.os_id, info.os_version },
            .mem_free = info.memory_free_bytes,
            .mem_total = info.memory_bytes,
            .swap_free = info.swap_free_bytes,
            .swap_total = info.swap_bytes,
            .arch = info.architecture,
            .cpus = info.cpus,
            .hostname = info.hostname,
            .kernel = info.kernel,
            .os = "linux",
            .uptime = uptime_text(call->arena, info.uptime_seconds),
            .eventlogger = "sqlite",
        },
        .store = show_store(call, &info),
        .podman = { .compiler = "gcc " __VERSION__, .podman_version = CORACLE_LIBPOD_VERSION },
    } };
    return varlink_reply(call, podman_info_reply_schema(), &reply, false, err);
}

const struct varlink_method atomic_system_methods[] = {
    { "Ping", "Proof of life.", NULL, atomic_ping_schema, ping, "system:read" },
    { "GetVersion", "Versions.", NULL, atomic_version_reply_schema, atomic_get_version, "system:read" },
    { "GetInfo", "The machine and this engine.", NULL, atomic_info_reply_schema, atomic_get_info, "system:read" },
    { 0 },
};

const struct varlink_method podman_system_methods[] = {
    { "GetVersion", "Versions.", NULL, podman_version_schema, podman_get_version, "system:read" },
    { "GetInfo", "The machine and this engine.", NULL, podman_info_reply_schema, podman_get_info, "system:read" },
    { 0 },
};
