#pragma once
/* The route tables of Docker's build, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_build_prune[];
