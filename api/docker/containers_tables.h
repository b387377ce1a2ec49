#pragma once
/* The route tables of Docker's containers and exec, one per file of those folders, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_containers_archive[];
extern const struct route docker_containers_attach[];
extern const struct route docker_containers_attach_ws[];
extern const struct route docker_containers_changes[];
extern const struct route docker_containers_create[];
extern const struct route docker_containers_exec[];
extern const struct route docker_containers_export[];
extern const struct route docker_containers_item[];
extern const struct route docker_containers_json[];
extern const struct route docker_containers_kill[];
extern const struct route docker_containers_logs[];
extern const struct route docker_containers_pause[];
extern const struct route docker_containers_prune[];
extern const struct route docker_containers_rename[];
extern const struct route docker_containers_resize[];
extern const struct route docker_containers_restart[];
extern const struct route docker_containers_start[];
extern const struct route docker_containers_stats[];
extern const struct route docker_containers_top[];
extern const struct route docker_containers_update[];
extern const struct route docker_containers_stop[];
extern const struct route docker_containers_unpause[];
extern const struct route docker_containers_wait[];

extern const struct route docker_exec_json[];
extern const struct route docker_exec_resize[];
extern const struct route docker_exec_start[];
