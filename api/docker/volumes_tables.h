#pragma once
/* The route tables of Docker's volumes, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_volumes[];
extern const struct route docker_volumes_create[];
extern const struct route docker_volumes_item[];
extern const struct route docker_volumes_prune[];
