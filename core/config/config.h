#pragma once
/*
 * The ecosystem's configuration files with podman's search order: containers.conf (+ .d), storage.conf, registries.conf
 * (+ .d, + aliases), policy.json, certs.d, auth files. Read once at first need; immutable afterwards.
 *
 * Source of truth: containers.conf(5), containers-storage.conf(5), containers-registries.conf(5),
 * containers-policy.json(5), and ../shared facts in registry.md.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct error;

struct config {
    struct arena *arena; /* everything below lives here */

    /* storage.conf */
    const char *graphroot, *runroot, *driver;

    /* containers.conf */
    struct str_list conmon_paths, helper_dirs;
    struct str_list crun_paths, runc_paths; /* [engine.runtimes] */
    const char *runtime;                    /* "crun" or "runc" by preference; NULL: unset */
    const char *cgroup_manager;             /* "cgroupfs" or "systemd" */
    struct str_list capabilities;           /* default_capabilities of containers.conf */
    struct str_list default_sysctls, default_ulimits, env, dns_servers, dns_searches, dns_options;
    int64_t pids_limit;      /* 2048 unless set */
    int64_t log_size_max;    /* bytes; 0 or less: unlimited */
    int64_t stop_timeout;    /* seconds; 10 */
    int64_t image_parallel;  /* parallel copies of a pull; 6 */
    const char *events_size_max; /* events_logfile_max_size: bytes, or with k, m or g behind; "" unless set */
    const char *seccomp_profile; /* path; the first existing of podman's places */
    const char *init_path;   /* catatonit; NULL: looked up in helper dirs and PATH */
    const char *network_config_dir; /* NULL: ROOT/coracle/networks */
    const char *default_network;    /* "podman" */
    const char *default_subnet;     /* of the default network */
    const char *default_subnet_pool;
    const char *firewall_driver; /* netavark's: "iptables", "nftables", "firewalld", "none"; "": its own choice */
    bool enforce_docker_hub; /* compat_api_enforce_docker_hub, true */
    const char *secret_driver; /* [secrets]: "file" */
    struct str_map secret_options;
    struct str_map volume_plugins; /* [engine.volume_plugins]: name to path of its socket */
    int64_t volume_plugin_timeout; /* seconds for an answer; 0: no end; 5 */
    const char *umask;       /* "0022" */
    const char *shm_size;    /* "65536k" */
    const char *tz;
};

/* Reads containers.conf and storage.conf. Owned; a broken file is ERROR_INVALID naming file and line. */
struct config *config_load(struct error **err);
void config_free(struct config *config);
/* The first existing executable: @paths, then helper_dirs, then PATH. NULL when there is none. Arena text. */
const char *config_find_helper(const struct config *config, struct arena *arena, const char *name, const struct str_list *paths);
