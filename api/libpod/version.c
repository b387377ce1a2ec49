/* GET /libpod/version */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/system/system.h"

static void add_component(struct libpod_version *shown, const char *name, const char *version)
{
    shown->components.items[shown->components.count++] = (struct libpod_component){ .name = name, .version = version };
}

static int get_version(struct call *call, struct error **err)
{
    struct arena *arena = call->arena;
    struct system_info info;
    if (system_info(call->engine, arena, &info, err) < 0)
        return -1;
    struct libpod_version shown = {
        .platform = { arena_printf(arena, "linux/%s/%s-%s", info.architecture, info.os_id, info.os_version) },
        .version = CORACLE_LIBPOD_VERSION,
        .api_version = CORACLE_API_VERSION,
        .min_api_version = CORACLE_API_VERSION_MIN,
        .os = "linux",
        .arch = info.architecture,
        .kernel_version = info.kernel,
    };
    shown.components.items = arena_array(arena, 4, sizeof *shown.components.items);
    add_component(&shown, "Podman Engine", CORACLE_LIBPOD_VERSION); /* clients look their server's version up by this name */
    struct str_map *details = &shown.components.items[0].details;
    str_map_set(arena, details, "APIVersion", CORACLE_LIBPOD_VERSION);
    str_map_set(arena, details, "MinAPIVersion", CORACLE_LIBPOD_VERSION_MIN);
    str_map_set(arena, details, "Arch", info.architecture);
    str_map_set(arena, details, "Os", "linux");
    str_map_set(arena, details, "KernelVersion", info.kernel);
    str_map_set(arena, details, "BuildTime", "");
    str_map_set(arena, details, "Experimental", "false");
    str_map_set(arena, details, "GitCommit", "");
    str_map_set(arena, details, "GoVersion", "");
    add_component(&shown, "Coracle", CORACLE_VERSION);
    add_component(&shown, "Conmon", info.conmon_version);
    add_component(&shown, arena_printf(arena, "OCI Runtime (%s)", info.runtime_name), info.runtime_version);
    return reply(call, 200, libpod_version_schema(), &shown, err);
}

const struct route libpod_version[] = {
    {
        ROUTE(GET, "/libpod/version"),
        .id = "SystemVersionLibpod",
        .tag = "system",
        .summary = "Versions of the engine and its helpers",
        .rights = "system:read",
        .handler = get_version,
        .responses = { { 200, libpod_version_schema, "Versions", REPLY_OBJECT, NULL }, INTERNAL_ERROR },
    },
    { 0 },
};
