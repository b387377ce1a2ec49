#include "core/config/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/files.h"
#include "core/config/toml.h"

static const char *const default_helper_dirs[] = {
    "/usr/local/libexec/podman", "/usr/local/lib/podman", "/usr/libexec/podman", "/usr/lib/podman",
};
static const char *const default_capabilities[] = {
    "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
};

static void set_defaults(struct config *config)
{
    struct arena *arena = config->arena;
    config->graphroot = "/var/lib/containers/storage";
    config->runroot = "/run/containers/storage";
    config->driver = "overlay";
    config->cgroup_manager = "cgroupfs";
    for (size_t i = 0; i < sizeof default_helper_dirs / sizeof *default_helper_dirs; i++)
        str_list_add(arena, &config->helper_dirs, default_helper_dirs[i]);
    for (size_t i = 0; i < sizeof default_capabilities / sizeof *default_capabilities; i++)
        str_list_add(arena, &config->capabilities, default_capabilities[i]);
    str_list_add(arena, &config->default_sysctls, "net.ipv4.ping_group_range=0 0");
    config->pids_limit = 2048;
    config->stop_timeout = 10;
    config->image_parallel = 6;
    config->default_network = "podman";
    config->default_subnet = "";
    config->default_subnet_pool = "";
    config->firewall_driver = "";
    config->enforce_docker_hub = true;
    config->secret_driver = "file";
    config->volume_plugin_timeout = 5;
    config->umask = "0022";
    config->shm_size = "65536k";
    config->tz = "";
    config->events_size_max = "";
    config->log_size_max = -1;
}

/* A file that has the key replaces the whole list, as podman's reader does. */
static void take_list(struct config *config, const struct toml *file, const char *path, struct str_list *list)
{
    struct str_list fresh = { 0 };
    if (toml_texts(config->arena, file, path, &fresh))
        *list = fresh;
}

static void take_words(struct config *config, const struct toml *file, const char *path, struct str_map *words)
{
    const struct toml *table = toml_get(file, path);
    for (size_t i = 0; table && table->kind == TOML_TABLE && i < table->count; i++)
        if (table->entries[i].value->kind == TOML_TEXT)
            str_map_set(config->arena, words, table->entries[i].key, table->entries[i].value->text);
}

/* One containers.conf over what earlier ones said. */
static void apply_containers(struct config *config, const struct toml *file)
{
    take_list(config, file, "engine.conmon_path", &config->conmon_paths);
    take_list(config, file, "engine.helper_binaries_dir", &config->helper_dirs);
    take_list(config, file, "engine.runtimes.crun", &config->crun_paths);
    take_list(config, file, "engine.runtimes.runc", &config->runc_paths);
    take_list(config, file, "containers.default_capabilities", &config->capabilities);
    take_list(config, file, "containers.default_sysctls", &config->default_sysctls);
    take_list(config, file, "containers.default_ulimits", &config->default_ulimits);
    take_list(config, file, "containers.env", &config->env);
    take_list(config, file, "containers.dns_servers", &config->dns_servers);
    take_list(config, file, "containers.dns_searches", &config->dns_searches);
    take_list(config, file, "containers.dns_options", &config->dns_options);
    config->runtime = toml_text(file, "engine.runtime", config->runtime);
    config->pids_limit = toml_integer(file, "containers.pids_limit", config->pids_limit);
    config->log_size_max = toml_integer(file, "containers.log_size_max", config->log_size_max);
    config->stop_timeout = toml_integer(file, "engine.stop_timeout", config->stop_timeout);
    config->image_parallel = toml_integer(file, "engine.image_parallel_copies", config->image_parallel);
    config->seccomp_profile = toml_text(file, "containers.seccomp_profile", config->seccomp_profile);
    config->init_path = toml_text(file, "containers.init_path", config->init_path);
    config->network_config_dir = toml_text(file, "network.network_config_dir", config->network_config_dir);
    config->default_network = toml_text(file, "network.default_network", config->default_network);
    config->default_subnet = toml_text(file, "network.default_subnet", config->default_subnet);
    config->firewall_driver = toml_text(file, "network.firewall_driver", config->firewall_driver);
    config->enforce_docker_hub = toml_bool(file, "engine.compat_api_enforce_docker_hub", config->enforce_docker_hub);
    config->secret_driver = str_or(toml_text(file, "secrets.driver", NULL), config->secret_driver);
    take_words(config, file, "secrets.opts", &config->secret_options);
    take_words(config, file, "engine.volume_plugins", &config->volume_plugins);
    config->volume_plugin_timeout = toml_integer(file, "engine.volume_plugin_timeout", config->volume_plugin_timeout);
    config->umask = toml_text(file, "containers.umask", config->umask);
    config->shm_size = toml_text(file, "containers.shm_size", config->shm_size);
    config->events_size_max = toml_text(file, "engine.events_logfile_max_size", config->events_size_max);
    config->tz = toml_text(file, "containers.tz", config->tz);
}

static int apply_file(struct config *config, const char *path, struct error **err)
{
    struct toml *file = NULL;
    if (config_read_toml(config->arena, path, &file, err) < 0)
        return -1;
    if (file)
        apply_containers(config, file);
    return 0;
}

static int load_containers(struct config *config, struct error **err)
{
    const char *only = getenv("CONTAINERS_CONF"), *override = getenv("CONTAINERS_CONF_OVERRIDE");
    struct str_list files = { 0 };
    if (!str_empty(only)) {
        str_list_add(config->arena, &files, only);
    } else {
        str_list_add(config->arena, &files, "/usr/share/containers/containers.conf");
        config_list_dir(config->arena, "/usr/share/containers/containers.conf.d", &files);
        str_list_add(config->arena, &files, "/etc/containers/containers.conf");
        config_list_dir(config->arena, "/etc/containers/containers.conf.d", &files);
    }
    if (!str_empty(override))
        str_list_add(config->arena, &files, override);
    for (size_t i = 0; i < files.count; i++)
        if (apply_file(config, files.items[i], err) < 0)
            return -1;
    return 0;
}

/* The first file that is there counts, as a whole. */
static int load_storage(struct config *config, struct error **err)
{
    const char *paths[] = { getenv("CONTAINERS_STORAGE_CONF"), "/etc/containers/storage.conf", "/usr/share/containers/storage.conf" };
    struct toml *file = NULL;
    for (size_t i = 0; i < sizeof paths / sizeof *paths && !file; i++)
        if (!str_empty(paths[i]) && config_read_toml(config->arena, paths[i], &file, err) < 0)
            return -1;
    config->driver = toml_text(file, "storage.driver", config->driver);
    config->graphroot = str_or(toml_text(file, "storage.graphroot", NULL), config->graphroot);
    config->runroot = str_or(toml_text(file, "storage.runroot", NULL), config->runroot);
    if (strcmp(config->driver, "") && strcmp(config->driver, "overlay") && strcmp(config->driver, "overlay2"))
        return error_set(err, ERROR_UNSUPPORTED, 0, "storage.conf: driver \"%s\" is not supported: expected overlay", config->driver);
    return 0;
}

static void find_seccomp(struct config *config)
{
    static const char *const places[] = { "/etc/containers/seccomp.json", "/usr/share/containers/seccomp.json" };
    for (size_t i = 0; i < 2 && str_empty(config->seccomp_profile); i++)
        if (path_exists(places[i]))
            config->seccomp_profile = places[i];
}

struct config *config_load(struct error **err)
{
    struct config *config = mem_zalloc(sizeof *config);
    config->arena = arena_new();
    set_defaults(config);
    if (load_containers(config, err) < 0 || load_storage(config, err) < 0) {
        config_free(config);
        return NULL;
    }
    find_seccomp(config);
    return config;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    arena_free(config->arena);
    free(config);
}

static const char *executable(struct arena *arena, const char *dir, const char *name)
{
    const char *path = name ? arena_printf(arena, "%s/%s", dir, name) : dir;
    return access(path, X_OK) == 0 ? path : NULL;
}

const char *config_find_helper(const struct config *config, struct arena *arena, const char *name, const struct str_list *paths)
{
    for (size_t i = 0; paths && i < paths->count; i++) {
        const char *found = executable(arena, paths->items[i], NULL);
        if (found)
            return found;
    }
    for (size_t i = 0; i < config->helper_dirs.count; i++) {
        const char *found = executable(arena, config->helper_dirs.items[i], name);
        if (found)
            return found;
    }
    struct str_list dirs = str_split(arena, str_or(getenv("PATH"), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ':');
    for (size_t i = 0; i < dirs.count; i++) {
        const char *found = executable(arena, dirs.items[i], name);
        if (found)
            return found;
    }
    return NULL;
}
