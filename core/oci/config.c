/* Puts config.json together. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/oci/build.h"
#include "core/oci/process.h"

void build_warn(const struct build *build, const char *format, ...)
{
    if (!build->warnings)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!str_list_has(build->warnings, text))
        str_list_add(build->arena, build->warnings, arena_strdup(build->arena, text));
}

static int open_root(const char *rootfs, struct error **err)
{
    int fd = open(rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 ? fd : error_set(err, ERROR_INTERNAL, errno, "opening the container's root %s", rootfs);
}

static void add_hostname(struct build *build)
{
    const struct container_spec *spec = build->ctr->spec;
    const char *mode = str_or(spec->uts_mode, "");
    if (!strcmp(mode, "host") || str_starts(mode, "container:") || str_starts(mode, "ns:"))
        return;
    build->spec.hostname = str_empty(spec->hostname) ? arena_strndup(build->arena, build->ctr->id, 12) : spec->hostname;
}

static void add_annotations(struct build *build)
{
    struct str_map *map = &build->spec.annotations;
    const struct container_spec *spec = build->ctr->spec;
    for (size_t i = 0; i < spec->annotations.count; i++)
        str_map_set(build->arena, map, spec->annotations.items[i].key, spec->annotations.items[i].value);
    str_map_set(build->arena, map, "io.container.manager", is_podman(build) ? "libpod" : "coracle");
    int stop = oci_signal(build->ctr->stop_signal);
    if (stop > 0)
        str_map_set(build->arena, map, "org.opencontainers.image.stopSignal", arena_printf(build->arena, "%d", stop));
}

static bool is_unmasked(const struct container_spec *spec, const char *path)
{
    for (size_t i = 0; i < spec->unmask.count; i++)
        if (!strcasecmp(spec->unmask.items[i], "all") || !fnmatch(spec->unmask.items[i], path, FNM_PATHNAME))
            return true;
    return false;
}

void oci_hidden_paths(struct arena *arena, const struct container_spec *spec, struct str_list *ret_masked,
                      struct str_list *ret_readonly)
{
    static const char *const masked[] = {
        "/proc/acpi",
        "/proc/asound",
        "/proc/interrupts",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/sched_debug",
        "/proc/scsi",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/sys/devices/virtual/powercap",
        "/sys/firmware",
        "/sys/fs/selinux",
    };
    static const char *const readonly[] = { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" };
    *ret_masked = spec->masked_paths_set ? spec->masked_paths : (struct str_list){ 0 };
    *ret_readonly = spec->readonly_paths_set ? spec->readonly_paths : (struct str_list){ 0 };
    if (spec->mask.count)
        *ret_masked = str_list_copy(arena, ret_masked);
    for (size_t i = 0; i < spec->mask.count; i++)
        str_list_add(arena, ret_masked, spec->mask.items[i]);
    if (spec->privileged)
        return;
    for (size_t i = 0; !spec->masked_paths_set && i < sizeof masked / sizeof *masked; i++)
        if (!is_unmasked(spec, masked[i]))
            str_list_add(arena, ret_masked, masked[i]);
    for (size_t i = 0; !spec->readonly_paths_set && i < sizeof readonly / sizeof *readonly; i++)
        if (!is_unmasked(spec, readonly[i]))
            str_list_add(arena, ret_readonly, readonly[i]);
}

static void add_paths(struct build *build)
{
    struct oci_linux *platform = &build->spec.platform;
    oci_hidden_paths(build->arena, build->ctr->spec, &platform->masked_paths, &platform->readonly_paths);
    if (!str_empty(build->ctr->spec->personality)) {
        platform->personality = arena_zalloc(build->arena, sizeof *platform->personality);
        platform->personality->domain = build->ctr->spec->personality;
    }
}

#define PIDS_MOST (4 << 20) /* the kernel's PID_MAX_LIMIT: more there cannot be */

static void build_init(struct build *build, struct engine *engine, struct arena *arena, const struct container *ctr)
{
    *build = (struct build){ .engine = engine, .arena = arena, .ctr = ctr, .root = -1 };
    build->spec.platform.resources = arena_zalloc(arena, sizeof *build->spec.platform.resources);
    machine_read(&build->machine, "/sys/fs/cgroup");
}

int oci_config(struct engine *engine, struct arena *arena, const struct container *ctr, const struct oci_place *place,
               struct buf *out, struct str_list *ret_warnings, struct error **err)
{
    struct build build;
    build_init(&build, engine, arena, ctr);
    autofd root = open_root(place->rootfs, err);
    if (root < 0)
        return -1;
    build.place = place;
    build.root = root;
    build.warnings = ret_warnings;
    build.spec.version = "1.0.2";
    add_hostname(&build);
    add_annotations(&build);
    add_paths(&build);
    static int (*const parts[])(struct build *, struct error **) = {
        build_process, build_mounts, build_devices, build_resources, build_sysctls, build_namespaces, build_seccomp,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i](&build, err) < 0)
            return -1;
    schema_encode(out, oci_spec_schema(), &build.spec, SCHEMA_NEWEST);
    return out->full ? error_set(err, ERROR_TOO_LARGE, 0, "config.json is larger than %zu bytes", out->max) : 0;
}

int oci_resources(struct engine *engine, struct arena *arena, const struct container *ctr, struct buf *out, struct error **err)
{
    struct build build;
    struct str_list told_before = { 0 };
    build_init(&build, engine, arena, ctr);
    build.warnings = &told_before;
    if (build_resources(&build, err) < 0)
        return -1;
    struct oci_resources *resources = build.spec.platform.resources;
    if (!resources->pids && build.machine.pids) { /* it may have had a limit before */
        resources->pids = arena_zalloc(arena, sizeof *resources->pids);
        resources->pids->limit = PIDS_MOST; /* crun 1.8 writes -1 as it is, which the kernel does not take */
    }
    schema_encode(out, oci_resources_schema(), resources, SCHEMA_NEWEST);
    return out->full ? error_set(err, ERROR_TOO_LARGE, 0, "the limits are larger than %zu bytes", out->max) : 0;
}

int oci_check(struct engine *engine, struct arena *arena, const struct container *ctr, struct str_list *ret_warnings,
              struct error **err)
{
    struct build build;
    build_init(&build, engine, arena, ctr);
    build.warnings = ret_warnings;
    if (check_spec(&build, err) < 0)
        return -1;
    static int (*const parts[])(struct build *, struct error **) = {
        build_devices, build_resources, build_sysctls, build_seccomp,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i](&build, err) < 0)
            return -1;
    struct oci_process process = { 0 };
    return build_rlimits(&build, &process, err);
}

int oci_exec_process(struct engine *engine, struct arena *arena, const struct container *ctr,
                     const struct exec_spec *exec, const char *rootfs, int64_t rows, int64_t columns, struct buf *out,
                     struct error **err)
{
    struct build build;
    build_init(&build, engine, arena, ctr);
    autofd root = open_root(rootfs, err);
    if (root < 0)
        return -1;
    build.root = root;
    struct oci_process process = { .args = exec->command };
    struct process_wish wish = {
        .user = str_empty(exec->user) ? str_or(ctr->user, "") : exec->user, .workdir = exec->workdir, .env = &exec->env,
        .tty = exec->tty, .privileged = exec->privileged, .rows = rows, .columns = columns,
    };
    if (process_fill(&build, &wish, &process, err) < 0)
        return -1;
    schema_encode(out, oci_process_schema(), &process, SCHEMA_NEWEST);
    return out->full ? error_set(err, ERROR_TOO_LARGE, 0, "the process object is larger than %zu bytes", out->max) : 0;
}
