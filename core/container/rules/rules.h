#pragma once
/*
 * Body rules: what a container may not be when who asks is not allowed everything. They look at the specification alone,
 * whatever dialect it was asked for in, and are applied before anything is made.
 *
 * What they stop is what makes root of the machine out of a container: privilege, the host's namespaces, paths and
 * devices, capabilities, weaker confinement, and all of these by way of another container or a volume.
 */
#include <stdbool.h>

#include "core/base/str.h"

struct arena;
struct container;
struct container_spec;
struct engine;
struct error;
struct exec_spec;

struct container_rules { /* what is there is allowed */
    const char *whose;   /* "policy of socket /run/x": begins each refusal */
    bool privileged, security_options, annotations, cgroup_parent;
    struct str_list host_namespaces;     /* of network pid ipc uts cgroup */
    struct str_list binds;               /* clean paths: what is at or below one of them */
    struct str_list devices, sysctls, secrets; /* host paths; names; names */
    struct str_list capabilities;        /* beyond the default ones; without CAP_ */
    struct str_map labels;               /* others, their volumes and networks count as missing without these; a value
                                          * that is NULL: any */
};

/* Before a container is made: ERROR_FORBIDDEN names the rule. Binds of @spec get the place they are kept below, and
 * other containers their ids, so that neither means something else later. */
int container_rules_admit(struct engine *engine, struct arena *arena, const struct container_rules *rules,
                          struct container_spec *spec, struct error **err);
/* Before something is done to one that is there: ERROR_FORBIDDEN when it could not have been made under these rules. */
int container_rules_check(struct engine *engine, const struct container_rules *rules, const struct container *ctr,
                          struct error **err);
int container_rules_check_exec(const struct container_rules *rules, const struct exec_spec *spec, struct error **err);
/* Whether something with these labels is within the rules' scope. */
bool container_rules_cover(const struct container_rules *rules, const struct str_map *labels);
