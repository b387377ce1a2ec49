#pragma once
/* The route tables of Docker's networks, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_networks[];
extern const struct route docker_networks_connect[];
extern const struct route docker_networks_create[];
extern const struct route docker_networks_disconnect[];
extern const struct route docker_networks_item[];
extern const struct route docker_networks_prune[];
