#pragma once
/* The route tables of what only a swarm has, one per file of those folders, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_configs[];
extern const struct route docker_configs_create[];
extern const struct route docker_configs_item[];
extern const struct route docker_configs_update[];
extern const struct route docker_nodes[];
extern const struct route docker_nodes_item[];
extern const struct route docker_nodes_update[];
extern const struct route docker_services[];
extern const struct route docker_services_create[];
extern const struct route docker_services_item[];
extern const struct route docker_services_logs[];
extern const struct route docker_services_update[];
extern const struct route docker_swarm[];
extern const struct route docker_swarm_init[];
extern const struct route docker_swarm_join[];
extern const struct route docker_swarm_leave[];
extern const struct route docker_swarm_unlock[];
extern const struct route docker_swarm_unlockkey[];
extern const struct route docker_swarm_update[];
extern const struct route docker_tasks[];
extern const struct route docker_tasks_item[];
extern const struct route docker_tasks_logs[];
