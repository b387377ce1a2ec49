#pragma once
/*
 * What the machine and this engine are: for version, info and diagnostics. Read at each call from /proc, /sys and uname;
 * helpers' versions are asked when a helper is new or has changed.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/base/version.h"

struct arena;
struct engine;
struct error;

struct system_info {
    const char *hostname, *kernel, *os_name, *os_version, *os_id, *os_codename, *os_variant, *architecture /* Go's: amd64 */, *machine /* uname's: x86_64 */;
    struct str_list emulated; /* "linux/arm64": what binfmt_misc has an emulator for */
    int64_t cpus, memory_bytes, memory_free_bytes, swap_bytes, swap_free_bytes, uptime_seconds;
    double cpu_user_percent, cpu_system_percent, cpu_idle_percent; /* since the boot */
    int64_t containers_running, containers_paused, containers_stopped, images;
    bool cgroup_v2;
    const char *cgroup_manager;
    struct str_list cgroup_controllers;
    bool memory_limit, swap_limit, oom_kill_disable, cpu_quota, cpu_shares, cpuset, pids_limit;
    bool ipv4_forwarding, bridge_iptables, bridge_ip6tables;
    bool seccomp, apparmor, selinux;
    struct str_map runtimes; /* installed: name to path */
    const char *conmon_path, *conmon_version, *runtime_name, *runtime_path, *runtime_version, *netavark_path, *netavark_version, *aardvark_path, *aardvark_version;
    const char *init_path; /* what --init runs; "" when it is not installed */
    const char *backing_filesystem;
    int64_t store_bytes, store_used_bytes; /* of the file system the store is on */
    const char *storage_conf, *seccomp_profile; /* paths; "" when there is none */
    struct str_list default_capabilities;
    const char *id; /* random, kept in the database */
    struct str_list warnings;
};
int system_info(struct engine *engine, struct arena *arena, struct system_info *ret_info, struct error **err);

/* Of a helper's own words ("crun version 1.8.1\ncommit: f8a0…"): the version alone, and the commit, "" when it is not
 * told; arena */
const char *system_version_word(struct arena *arena, const char *words);
const char *system_version_commit(struct arena *arena, const char *words);
