/* GET /version */
#include "api/call.h"
#include "api/docker/system_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/system/system.h"

#define MAX_COMPONENTS 4

static struct str_map *add_component(struct docker_version *shown, const char *name, const char *version)
{
    struct docker_component *component = &shown->components.items[shown->components.count++];
    *component = (struct docker_component){ .name = name, .version = version };
    return &component->details;
}

static void add_helper(struct call *call, struct docker_version *shown, const char *name, const char *words)
{
    struct str_map *details = add_component(shown, name, system_version_word(call->arena, words));
    const char *commit = system_version_commit(call->arena, words);
    if (*commit)
        str_map_set(call->arena, details, "GitCommit", commit);
}

static void describe_engine(struct call *call, const struct system_info *info, struct str_map *details)
{
    struct arena *arena = call->arena;
    str_map_set(arena, details, "ApiVersion", CORACLE_API_VERSION);
    str_map_set(arena, details, "MinAPIVersion", CORACLE_API_VERSION_MIN);
    str_map_set(arena, details, "Os", "linux");
    str_map_set(arena, details, "Arch", info->architecture);
    str_map_set(arena, details, "KernelVersion", info->kernel);
    str_map_set(arena, details, "Experimental", "false");
    str_map_set(arena, details, "BuildTime", "");
    str_map_set(arena, details, "GitCommit", "");
    str_map_set(arena, details, "GoVersion", "");
}

static int get_version(struct call *call, struct error **err)
{
    struct arena *arena = call->arena;
    struct system_info info;
    if (system_info(call->engine, arena, &info, err) < 0)
        return -1;
    struct docker_version shown = {
        .platform = { arena_printf(arena, "linux/%s/%s-%s", info.architecture, info.os_id, info.os_version) },
        .version = CORACLE_VERSION,
        .api_version = CORACLE_API_VERSION,
        .min_api_version = CORACLE_API_VERSION_MIN,
        .os = "linux",
        .arch = info.architecture,
        .kernel_version = info.kernel,
    };
    shown.components.items = arena_array(arena, MAX_COMPONENTS, sizeof *shown.components.items);
    describe_engine(call, &info, add_component(&shown, "Engine", CORACLE_VERSION)); /* clients look for this name */
    add_helper(call, &shown, "conmon", info.conmon_version);
    add_helper(call, &shown, info.runtime_name, info.runtime_version);
    add_helper(call, &shown, "netavark", info.netavark_version);
    return reply(call, 200, docker_version_schema(), &shown, err);
}

const struct route docker_version[] = {
    {
        ROUTE(GET, "/version"),
        .id = "SystemVersion",
        .tag = "system",
        .summary = "Versions of the engine and its helpers",
        .rights = "system:read",
        .handler = get_version,
        .responses = { { 200, docker_version_schema, "Versions", REPLY_OBJECT, NULL }, INTERNAL_ERROR },
    },
    { 0 },
};
