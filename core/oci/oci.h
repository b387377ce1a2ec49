#pragma once
/*
 * The OCI bundle: config.json from a container, as podman and docker would have it. Knows the spec, the image's users
 * and the machine (cgroups, limits, capabilities); starts nothing.
 *
 * Source of truth: OCI runtime-spec 1.0.2/1.2; process-stack.md §9, §10; a recorded config.json of podman 5.4.2.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct buf;
struct container;
struct container_spec;
struct engine;
struct error;
struct exec_spec;

struct oci_place { /* where things are for this start; borrowed */
    const char *rootfs;       /* mounted root */
    const char *files_dir; /* has hosts, resolv.conf, hostname, .containerenv to bind in; a missing one is left out */
    const char *secrets_dir; /* has the files 0, 1, … of spec.secrets */
    struct str_list secret_env; /* NAME=value, over the container's own */
    const char *shm_dir;      /* mounted tmpfs for /dev/shm; NULL: host's, or none by ipc_mode */
    const char *netns_path;   /* "" or NULL: none of ours (host), or private without path when network_mode is none */
    const char *user_ns;      /* file of its user namespace, when spec.uid_maps */
    const char *cgroup_path;  /* "/coracle/ID" */
    const char *other_pid_ns, *other_ipc_ns, *other_uts_ns; /* /proc/PID/ns/X of container: modes; NULL */
    const char *const *mount_sources; /* beside the container's mounts: what to mount instead of their source; NULL: none */
    const char *init_path;    /* catatonit, when spec.init */
};
/* Writes config.json as text. @ret_warnings: arena texts ("kernel has no swap limit: memorySwap left out").
 * ERROR_INVALID names the spec's field: a user that is not in the image's passwd, an unknown capability, a bad device …
 */
int oci_config(struct engine *engine, struct arena *arena, const struct container *ctr, const struct oci_place *place,
               struct buf *out, struct str_list *ret_warnings, struct error **err);
/* Its limits alone, as the runtime's update takes them. */
int oci_resources(struct engine *engine, struct arena *arena, const struct container *ctr, struct buf *out, struct error **err);
/* The process object of an exec session. @rootfs: of the running container. @rows, @columns: of its terminal, 0 unknown
 */
int oci_exec_process(struct engine *engine, struct arena *arena, const struct container *ctr,
                     const struct exec_spec *exec, const char *rootfs, int64_t rows, int64_t columns, struct buf *out,
                     struct error **err);
/* The container's user, as a root that is mounted at @rootfs knows it. ERROR_INVALID as oci_config() */
int oci_user(struct arena *arena, const struct container *ctr, const char *rootfs, int64_t *ret_uid, int64_t *ret_gid,
             struct error **err);
/* The name that passwd or group of the tree behind @root has for a number, or the number. Arena. */
const char *oci_id_name(struct arena *arena, int root, bool is_user, int64_t id);
/* The highest number that passwd and group of the tree behind @root give anybody but nobody; 0 when there are none. */
int64_t oci_highest_id(struct arena *arena, int root);
/* Checks at create what can be known without a root: capabilities, sysctls, ulimits, devices, user syntax, resources
 * against the kernel's controllers, security options. ERROR_INVALID names the field. */
int oci_check(struct engine *engine, struct arena *arena, const struct container *ctr, struct str_list *ret_warnings,
              struct error **err);
/* containers.conf's or the default seccomp profile (Docker's format) evaluated for these capabilities, as OCI JSON.
 * @profile_json: NULL for the configured default file */
int oci_seccomp(struct engine *engine, const char *profile_json, const struct str_list *capabilities, struct buf *out,
                struct error **err);
/* Signal by name (with or without SIG, RTMIN+n) or number; -1 when unknown. */
int oci_signal(const char *text);
/* The capabilities its first process starts with and may have, by name: for inspect. Arena. */
int oci_container_capabilities(struct engine *engine, struct arena *arena, const struct container *ctr,
                               struct str_list *ret_effective, struct str_list *ret_bounding, struct error **err);
/* Paths hidden from the container and those it cannot write to, as asked for or by default. Arena, or the spec's. */
void oci_hidden_paths(struct arena *arena, const struct container_spec *spec, struct str_list *ret_masked,
                      struct str_list *ret_readonly);
