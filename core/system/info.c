#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/state/state.h"
#include "core/system/helpers.h"
#include "core/system/system.h"

#define MAX_PROC_BYTES (256u << 10)
#define CGROUP2_MAGIC 0x63677270

static char *read_text(struct arena *arena, const char *path)
{
    autoerror *none = NULL;
    autofree char *text = path_read(path, MAX_PROC_BYTES, NULL, &none);
    return arena_strdup(arena, text ? text : "");
}

/* Go's and Docker's word for a machine. */
static const char *go_architecture(const char *machine)
{
    static const char *const names[][2] = {
        { "x86_64", "amd64" }, { "aarch64", "arm64" }, { "i686", "386" }, { "armv7l", "arm" }, { "armv6l", "arm" }, { "ppc64le", "ppc64le" },
        { "s390x", "s390x" },  { "riscv64", "riscv64" }, { "loongarch64", "loong64" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(machine, names[i][0]))
            return names[i][1];
    return machine;
}

static const char *release_value(struct arena *arena, const char *text, const char *key)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t len = strlen(key);
        if (strncmp(line, key, len) || line[len] != '=')
            continue;
        const char *value = line + len + 1;
        size_t size = strcspn(value, "\n");
        if (size >= 2 && (*value == '"' || *value == '\''))
            return arena_strndup(arena, value + 1, size - 2);
        return arena_strndup(arena, value, size);
    }
    return "";
}

static void read_machine(struct arena *arena, struct system_info *info)
{
    struct utsname uts;
    uname(&uts);
    const char *release = read_text(arena, path_exists("/etc/os-release") ? "/etc/os-release" : "/usr/lib/os-release");
    info->hostname = arena_strdup(arena, uts.nodename);
    info->kernel = arena_strdup(arena, uts.release);
    info->machine = arena_strdup(arena, uts.machine);
    info->architecture = go_architecture(info->machine);
    info->os_name = str_or(release_value(arena, release, "PRETTY_NAME"), "Linux");
    info->os_version = release_value(arena, release, "VERSION_ID");
    info->os_id = str_or(release_value(arena, release, "ID"), "linux");
    info->os_codename = release_value(arena, release, "VERSION_CODENAME");
    info->os_variant = release_value(arena, release, "VARIANT_ID");
    info->cpus = sysconf(_SC_NPROCESSORS_ONLN);
}

/* qemu registers its emulators under its own word for the machine. */
static void read_emulators(struct arena *arena, struct system_info *info)
{
    static const char *const names[][2] = {
        { "aarch64", "arm64" }, { "arm", "arm" },         { "i386", "386" },        { "loongarch64", "loong64" }, { "mips64el", "mips64le" },
        { "ppc64le", "ppc64le" }, { "riscv64", "riscv64" }, { "s390x", "s390x" }, { "x86_64", "amd64" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_starts(read_text(arena, arena_printf(arena, "/proc/sys/fs/binfmt_misc/qemu-%s", names[i][0])), "enabled"))
            str_list_add(arena, &info->emulated, arena_printf(arena, "linux/%s", names[i][1]));
}

static double percent(double part, double total)
{
    return (double)(int64_t)(part / total * 10000 + 0.5) / 100;
}

/* The first line of /proc/stat: "cpu user nice system idle iowait …", in ticks since the boot. */
static void read_cpu(struct arena *arena, struct system_info *info)
{
    double user = 0, nice = 0, system = 0, idle = 0;
    if (sscanf(read_text(arena, "/proc/stat"), "cpu %lf %lf %lf %lf", &user, &nice, &system, &idle) != 4)
        return;
    const double total = user + system + idle;
    if (total <= 0)
        return;
    info->cpu_user_percent = percent(user, total);
    info->cpu_system_percent = percent(system, total);
    info->cpu_idle_percent = percent(idle, total);
}

static int64_t meminfo_bytes(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtoll(at + strlen(key), NULL, 10) * 1024 : 0;
}

static void read_memory(struct arena *arena, struct system_info *info)
{
    const char *text = read_text(arena, "/proc/meminfo");
    struct sysinfo sys;
    info->memory_bytes = meminfo_bytes(text, "MemTotal:");
    info->memory_free_bytes = meminfo_bytes(text, "MemFree:");
    info->swap_bytes = meminfo_bytes(text, "SwapTotal:");
    info->swap_free_bytes = meminfo_bytes(text, "SwapFree:");
    info->uptime_seconds = sysinfo(&sys) == 0 ? sys.uptime : 0;
}

static bool has_controller(const struct system_info *info, const char *name)
{
    return str_list_has(&info->cgroup_controllers, name);
}

static void list_v1_controllers(struct arena *arena, struct system_info *info)
{
    static const char *const names[] = { "cpuset", "cpu", "cpuacct", "blkio", "memory", "devices", "freezer", "hugetlb", "pids", "net_cls", "perf_event" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (path_exists(arena_printf(arena, "/sys/fs/cgroup/%s/tasks", names[i])))
            str_list_add(arena, &info->cgroup_controllers, names[i]);
}

static void read_cgroups(struct arena *arena, struct system_info *info)
{
    struct statfs fs;
    info->cgroup_v2 = statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_MAGIC;
    if (info->cgroup_v2) {
        char *text = read_text(arena, "/sys/fs/cgroup/cgroup.controllers");
        text[strcspn(text, "\n")] = '\0';
        info->cgroup_controllers = str_split(arena, text, ' ');
    } else {
        list_v1_controllers(arena, info);
    }
    info->memory_limit = has_controller(info, "memory");
    info->swap_limit = info->memory_limit && (info->cgroup_v2 ? path_exists("/sys/fs/cgroup/system.slice/memory.swap.max") ||
                                                                    !path_exists("/sys/fs/cgroup/system.slice")
                                                              : path_exists("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"));
    info->oom_kill_disable = !info->cgroup_v2 && path_exists("/sys/fs/cgroup/memory/memory.oom_control");
    info->cpu_shares = info->cpu_quota = has_controller(info, "cpu");
    info->cpuset = has_controller(info, "cpuset");
    info->pids_limit = has_controller(info, "pids");
}

static void read_security(struct arena *arena, struct system_info *info)
{
    info->seccomp = path_exists("/proc/sys/kernel/seccomp/actions_avail");
    info->apparmor = *read_text(arena, "/sys/module/apparmor/parameters/enabled") == 'Y';
    info->selinux = path_exists("/sys/fs/selinux/enforce");
    info->ipv4_forwarding = *read_text(arena, "/proc/sys/net/ipv4/ip_forward") == '1';
    info->bridge_iptables = *read_text(arena, "/proc/sys/net/bridge/bridge-nf-call-iptables") == '1';
    info->bridge_ip6tables = *read_text(arena, "/proc/sys/net/bridge/bridge-nf-call-ip6tables") == '1';
}

static const char *file_system_name(long type)
{
    switch ((unsigned long)type) {
    case 0xef53: return "extfs";
    case 0x58465342: return "xfs";
    case 0x9123683e: return "btrfs";
    case 0x01021994: return "tmpfs";
    case 0x2fc12fc1: return "zfs";
    case 0x794c7630: return "overlayfs";
    default: return "unknown";
    }
}

static void read_store(struct engine *engine, struct arena *arena, struct system_info *info)
{
    static const char *const conf[] = { "/etc/containers/storage.conf", "/usr/share/containers/storage.conf" };
    struct statvfs fs;
    struct statfs kind;
    char *dir = arena_strdup(arena, engine->root);
    while (!path_exists(dir) && strrchr(dir, '/') != dir) /* nothing was stored yet */
        *strrchr(dir, '/') = '\0';
    info->backing_filesystem = statfs(dir, &kind) == 0 ? file_system_name(kind.f_type) : "unknown";
    if (statvfs(dir, &fs) == 0) {
        info->store_bytes = (int64_t)fs.f_blocks * (int64_t)fs.f_frsize;
        info->store_used_bytes = (int64_t)(fs.f_blocks - fs.f_bfree) * (int64_t)fs.f_frsize;
    }
    info->storage_conf = "";
    for (size_t i = 0; i < 2 && !*info->storage_conf; i++)
        if (path_exists(conf[i]))
            info->storage_conf = conf[i];
    info->seccomp_profile = str_or(engine->config->seccomp_profile, "");
    for (size_t i = 0; i < engine->config->capabilities.count; i++) {
        const char *name = engine->config->capabilities.items[i];
        str_list_add(arena, &info->default_capabilities, str_starts(name, "CAP_") ? name : arena_printf(arena, "CAP_%s", name));
    }
    info->cgroup_manager = engine->config->cgroup_manager;
}

/* Made once for each database: clients tell engines apart by it. */
static int read_id(struct engine *engine, struct arena *arena, struct system_info *info, struct error **err)
{
    char fresh[ID_HEX_SIZE];
    if (!state_lock(engine->state, err))
        return -1;
    id_random(fresh);
    int rc = state_exec(engine->state, err, "INSERT OR IGNORE INTO meta (key, value) VALUES ('id', ?1)", "s", fresh);
    sqlite3_stmt *stmt = rc < 0 ? NULL : state_prepare(engine->state, "SELECT value FROM meta WHERE key = 'id'", err);
    if (stmt && state_step(engine->state, stmt, err) > 0)
        info->id = arena_strdup(arena, state_text(stmt, 0));
    if (stmt)
        sqlite3_reset(stmt);
    state_unlock(engine->state);
    return *err ? -1 : 0;
}

static void add_warnings(struct arena *arena, struct system_info *info)
{
    const struct {
        bool fine;
        const char *text;
    } checks[] = {
        { info->memory_limit, "WARNING: No memory limit support" },
        { info->swap_limit, "WARNING: No swap limit support" },
        { info->cpu_quota, "WARNING: No cpu quota support" },
        { info->pids_limit, "WARNING: No pids limit support" },
        { info->ipv4_forwarding, "WARNING: IPv4 forwarding is disabled" },
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (!checks[i].fine)
            str_list_add(arena, &info->warnings, checks[i].text);
}

int system_info(struct engine *engine, struct arena *arena, struct system_info *ret_info, struct error **err)
{
    struct system_info info = { 0 };
    read_machine(arena, &info);
    read_emulators(arena, &info);
    read_cpu(arena, &info);
    read_memory(arena, &info);
    read_cgroups(arena, &info);
    read_security(arena, &info);
    read_store(engine, arena, &info);
    system_helpers(engine, arena, &info);
    if (container_counts(engine, &info.containers_running, &info.containers_paused, &info.containers_stopped, err) < 0 ||
        image_count(engine, &info.images, err) < 0 || read_id(engine, arena, &info, err) < 0)
        return -1;
    add_warnings(arena, &info);
    *ret_info = info;
    return 0;
}
