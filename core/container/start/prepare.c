#include "core/container/start/start.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/container/files/confined.h"
#include "core/container/files/root.h"
#include "core/container/row.h"
#include "core/container/runtime/cgroup.h"
#include "core/container/runtime/process.h"
#include "core/container/secrets.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

#define MAX_CONFIG_BYTES (16u << 20)
#define SHM_DEFAULT_BYTES (64u << 20)

static const char *namespace_of(struct starting *starting, const char *mode, const char *kind, struct error **err)
{
    if (str_empty(mode))
        return NULL;
    if (str_starts(mode, "ns:"))
        return mode + 3;
    if (!str_starts(mode, "container:"))
        return NULL;
    autocontainer *other = container_find(starting->engine, mode + strlen("container:"), err);
    if (!other)
        return NULL;
    if (!process_is(other->pid, row_pid_start(other))) {
        error_set_about(err, ERROR_CONFLICT, "container", other->id, "cannot join the %s namespace of a non running container: %s", kind, other->id);
        return NULL;
    }
    return arena_printf(starting->arena, "/proc/%lld/ns/%s", (long long)other->pid, kind);
}

static int join_namespaces(struct starting *starting, struct error **err)
{
    const struct container_spec *spec = starting->ctr->spec;
    starting->place.other_pid_ns = namespace_of(starting, spec->pid_mode, "pid", err);
    if (!*err)
        starting->place.other_ipc_ns = namespace_of(starting, spec->ipc_mode, "ipc", err);
    if (!*err)
        starting->place.other_uts_ns = namespace_of(starting, spec->uts_mode, "uts", err);
    return *err ? -1 : 0;
}

static int64_t shm_bytes(const struct container_spec *spec)
{
    return spec->shm_size > 0 ? spec->shm_size : SHM_DEFAULT_BYTES;
}

static int mount_shm(struct starting *starting, struct error **err)
{
    const char *mode = str_or(starting->ctr->spec->ipc_mode, "shareable");
    if (strcmp(mode, "shareable") && strcmp(mode, "private"))
        return 0;
    const char *dir = arena_printf(starting->arena, "%s/shm", starting->bundle);
    const char *options = arena_printf(starting->arena, "mode=1777,size=%lld,uid=%lld,gid=%lld", (long long)shm_bytes(starting->ctr->spec),
                                       (long long)userns_host_uid(starting->ctr->spec, 0), (long long)userns_host_gid(starting->ctr->spec, 0));
    if (mkdir(dir, 0700) < 0 && errno != EEXIST)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", dir);
    if (mount("shm", dir, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting a tmpfs on %s", dir);
    starting->place.shm_dir = dir;
    return 0;
}

static int write_config(struct starting *starting, struct error **err)
{
    const struct container *ctr = starting->ctr;
    struct str_list warnings = { 0 };
    autobuf config = BUF(MAX_CONFIG_BYTES);
    if (container_secret_env(starting->engine, starting->arena, ctr->spec, &starting->place.secret_env, err) < 0 ||
        oci_config(starting->engine, starting->arena, ctr, &starting->place, &config, &warnings, err) < 0)
        return -1;
    for (size_t i = 0; i < warnings.count; i++)
        log_info("container %s: %s", ctr->id, warnings.items[i]);
    return container_write_private(starting->engine, starting->arena, ctr, starting->bundle, "config.json", config.data, config.len, err);
}

static int find_init(struct starting *starting, struct error **err)
{
    if (!starting->ctr->spec->init)
        return 0;
    const struct config *config = starting->engine->config;
    if (!str_empty(starting->ctr->spec->init_path)) {
        starting->place.init_path = starting->ctr->spec->init_path;
        return 0;
    }
    starting->place.init_path = !str_empty(config->init_path) ? config->init_path : config_find_helper(config, starting->arena, "catatonit", NULL);
    if (!starting->place.init_path)
        return error_set(err, ERROR_UNSUPPORTED, 0, "init: catatonit is not installed: install the package catatonit");
    return 0;
}

int start_prepare(struct starting *starting, struct error **err)
{
    struct engine *engine = starting->engine;
    const struct container *ctr = starting->ctr;
    if (find_init(starting, err) < 0 || join_namespaces(starting, err) < 0 ||
        userns_make(engine, starting->arena, ctr, &starting->userns, err) < 0 ||
        (starting->userns.fd >= 0 && container_root_unmount(engine, ctr->id, err) < 0) || /* left by a start that was killed */
        container_root_mount(engine, starting->arena, ctr, starting->userns.fd, &starting->rootfs, err) < 0 ||
        userns_show_root(engine, starting->arena, ctr, starting->rootfs, &starting->place.rootfs, err) < 0 ||
        start_prepare_network(starting, err) < 0)
        return -1;
    starting->place.user_ns = starting->userns.path;
    starting->place.files_dir = starting->run_dir;
    starting->place.secrets_dir = container_secrets_dir(engine, starting->arena, ctr->id);
    starting->place.netns_path = starting->plan.netns_path;
    starting->place.cgroup_path = container_cgroup(starting->arena, ctr);
    if (network_write_files(engine, ctr, &starting->plan, starting->run_dir, err) < 0 ||
        userns_give_files(starting->arena, ctr->spec, starting->run_dir, err) < 0 ||
        container_prepare_mounts(engine, starting->arena, ctr, starting->rootfs, starting->userns.fd, &starting->place.mount_sources, err) < 0 ||
        confined_stage(starting->arena, ctr, starting->run_dir, &starting->place.mount_sources, err) < 0 || mount_shm(starting, err) < 0)
        return -1;
    return write_config(starting, err);
}
