/* GET /info */
#include <stdlib.h>
#include <string.h>

#include "api/call.h"
#include "api/docker/system_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/activity.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/network/network.h"
#include "core/registry/settings.h"
#include "core/system/system.h"
#include "core/volume/volume.h"

#define INDEX_SERVER "https://index.docker.io/v1/"
#define SECCOMP_DEFAULT "/usr/share/containers/seccomp.json"
#define LEVEL_BUILTIN 42
#define FOLLOWERS_MAX 256

static struct str_list list_of(struct arena *arena, const char *const *items)
{
    struct str_list list = { 0 };
    for (; *items; items++)
        str_list_add(arena, &list, *items);
    return list;
}

static void show_driver(struct call *call, const struct system_info *info, struct docker_info *shown)
{
    const char *pairs[][2] = {
        { "Backing Filesystem", info->backing_filesystem },
        { "Supports d_type", "true" },
        { "Using metacopy", "false" },
        { "Native Overlay Diff", "true" },
    };
    size_t count = sizeof pairs / sizeof *pairs;
    shown->driver = "overlay";
    shown->driver_status.items = arena_array(call->arena, count, sizeof *shown->driver_status.items);
    shown->driver_status.count = count;
    for (size_t i = 0; i < count; i++) {
        str_list_add(call->arena, &shown->driver_status.items[i], pairs[i][0]);
        str_list_add(call->arena, &shown->driver_status.items[i], pairs[i][1]);
    }
}

static int show_plugins(struct call *call, const struct system_info *info, struct docker_info *shown, struct error **err)
{
    static const char *const modes[] = { "host", "null", NULL };
    static const char *const logs[] = { "json-file", "local", "none", NULL };
    shown->plugins.network = network_drivers(call->arena, info->netavark_version);
    for (size_t i = 0; modes[i]; i++)
        str_list_add(call->arena, &shown->plugins.network, modes[i]);
    shown->plugins.log = list_of(call->arena, logs);
    shown->logging_driver = "json-file";
    return volume_drivers(call->engine, call->arena, &shown->plugins.volume, err);
}

static void show_limits(const struct system_info *info, struct docker_info *shown)
{
    shown->memory_limit = info->memory_limit;
    shown->swap_limit = info->swap_limit;
    shown->cpu_period = shown->cpu_quota = info->cpu_quota;
    shown->cpu_shares = info->cpu_shares;
    shown->cpuset = info->cpuset;
    shown->pids_limit = info->pids_limit;
    shown->oom_kill_disable = info->oom_kill_disable;
    shown->ipv4_forwarding = info->ipv4_forwarding;
    shown->bridge_iptables = info->bridge_iptables;
    shown->bridge_ip6tables = info->bridge_ip6tables;
    shown->cgroup_driver = info->cgroup_manager;
    shown->cgroup_version = info->cgroup_v2 ? "2" : "1";
}

static void show_machine(const struct system_info *info, struct docker_info *shown)
{
    shown->kernel_version = info->kernel;
    shown->operating_system = info->os_name;
    shown->os_version = info->os_version;
    shown->os_type = "linux";
    shown->architecture = info->machine;
    shown->cpus = info->cpus;
    shown->memory = info->memory_bytes;
    shown->name = info->hostname;
    shown->system_time = clock_now();
}

/* Where names of Docker Hub are looked for. A file that is broken says so when something is pulled. */
static void show_registries(struct call *call, struct docker_info *shown)
{
    static const struct reference hub = { "docker.io", "library/hello-world", "latest", NULL };
    struct docker_registry_config *config = &shown->registry_config;
    struct registry_endpoints endpoints = { 0 };
    autoerror *broken = NULL;
    str_list_add(call->arena, &config->insecure_cidrs, "::1/128");
    str_list_add(call->arena, &config->insecure_cidrs, "127.0.0.0/8");
    config->indexes.items = arena_array(call->arena, 1, sizeof *config->indexes.items);
    config->indexes.count = 1;
    config->indexes.items[0].key = "docker.io";
    struct docker_index *index = &config->indexes.items[0].value;
    *index = (struct docker_index){ .name = "docker.io", .secure = true, .official = true };
    if (registry_find_endpoints(call->arena, &hub, &endpoints, &broken) < 0)
        return;
    for (size_t i = 0; i < endpoints.count; i++) {
        const struct registry_endpoint *at = &endpoints.items[i];
        if (at->mirror)
            str_list_add(call->arena, &config->mirrors,
                         arena_printf(call->arena, "%s://%s/", at->insecure ? "http" : "https", at->host));
        else
            index->secure = !at->insecure;
    }
    index->mirrors = config->mirrors;
}

/* What libcurl goes by, without the password in it. */
static const char *proxy(struct call *call, const char *lower, const char *upper)
{
    const char *url = str_or(getenv(lower), upper ? str_or(getenv(upper), "") : "");
    const char *at = strrchr(url, '@'), *scheme = strstr(url, "://");
    if (!at)
        return url;
    const char *start = scheme && scheme < at ? scheme + 3 : url;
    return arena_printf(call->arena, "%.*sxxxxx:xxxxx%s", (int)(start - url), url, at);
}

static void show_runtimes(struct call *call, const struct system_info *info, struct docker_info *shown)
{
    shown->runtimes.items = arena_array(call->arena, info->runtimes.count, sizeof *shown->runtimes.items);
    for (size_t i = 0; i < info->runtimes.count; i++) {
        shown->runtimes.items[i].key = info->runtimes.items[i].key;
        shown->runtimes.items[i].value.path = info->runtimes.items[i].value;
    }
    shown->runtimes.count = info->runtimes.count;
    shown->default_runtime = info->runtime_name;
    shown->init_binary = info->init_path;
    shown->runtime_commit.id = shown->runtime_commit.expected = system_version_word(call->arena, info->runtime_version);
}

/* Clients warn of a seccomp profile that is not called so; up to v1.41 it was called "default". */
static const char *seccomp_name(const struct call *call, const char *profile)
{
    if (strcmp(profile, SECCOMP_DEFAULT) != 0)
        return profile;
    return call->level < LEVEL_BUILTIN ? "default" : "builtin";
}

static void show_security(struct call *call, const struct system_info *info, struct docker_info *shown)
{
    if (info->seccomp && *info->seccomp_profile)
        str_list_add(call->arena, &shown->security_options,
                     arena_printf(call->arena, "name=seccomp,profile=%s", seccomp_name(call, info->seccomp_profile)));
    if (info->apparmor)
        str_list_add(call->arena, &shown->security_options, "name=apparmor");
    if (info->cgroup_v2) /* where it is the default of containers */
        str_list_add(call->arena, &shown->security_options, "name=cgroupns");
}

static void show_networks(struct call *call, struct docker_info *shown)
{
    const struct network_pool *pools = network_pools(&shown->address_pools.count);
    shown->address_pools.items = arena_array(call->arena, shown->address_pools.count, sizeof *shown->address_pools.items);
    for (size_t i = 0; i < shown->address_pools.count; i++)
        shown->address_pools.items[i] = (struct docker_address_pool){ pools[i].base, pools[i].prefix };
    if (str_empty(call->engine->config->firewall_driver))
        return;
    shown->firewall = arena_zalloc(call->arena, sizeof *shown->firewall);
    shown->firewall->driver = call->engine->config->firewall_driver;
}

/* Who follows events, in either dialect. */
static int64_t count_followers(struct call *call)
{
    struct activity_seen *seen = arena_array(call->arena, FOLLOWERS_MAX, sizeof *seen);
    size_t count = activity_look(call->engine->activity, seen, FOLLOWERS_MAX);
    int64_t followers = 0;
    for (size_t i = 0; i < count; i++)
        followers += str_ends(seen[i].text, "/events");
    return followers;
}

static int get_info(struct call *call, struct error **err)
{
    struct system_info info;
    if (system_info(call->engine, call->arena, &info, err) < 0)
        return -1;
    struct docker_info shown = {
        .id = info.id,
        .containers = info.containers_running + info.containers_paused + info.containers_stopped,
        .running = info.containers_running,
        .paused = info.containers_paused,
        .stopped = info.containers_stopped,
        .images = info.images,
        .index_server = INDEX_SERVER,
        .root = call->engine->root,
        .http_proxy = proxy(call, "http_proxy", NULL),
        .https_proxy = proxy(call, "https_proxy", "HTTPS_PROXY"),
        .no_proxy = proxy(call, "no_proxy", "NO_PROXY"),
        .server_version = CORACLE_VERSION,
        .swarm = { .state = "inactive" },
        .live_restore = true,
        .warnings = info.warnings,
        .files = (int64_t)path_count("/proc/self/fd"),
        .listeners = count_followers(call),
    };
    if (show_plugins(call, &info, &shown, err) < 0)
        return -1;
    show_driver(call, &info, &shown);
    show_limits(&info, &shown);
    show_machine(&info, &shown);
    show_registries(call, &shown);
    show_runtimes(call, &info, &shown);
    show_security(call, &info, &shown);
    show_networks(call, &shown);
    return reply(call, 200, docker_info_schema(), &shown, err);
}

const struct route docker_info[] = {
    {
        ROUTE(GET, "/info"),
        .id = "SystemInfo",
        .tag = "system",
        .summary = "The machine and this engine",
        .rights = "system:read",
        .handler = get_info,
        .responses = { { 200, docker_info_schema, "All of it", REPLY_OBJECT, NULL }, INTERNAL_ERROR },
    },
    { 0 },
};
