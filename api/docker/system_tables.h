#pragma once
/* The route tables of Docker's system, one per file beside this header, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_auth[];
extern const struct route docker_events[];
extern const struct route docker_info[];
extern const struct route docker_metrics[];
extern const struct route docker_system_df[];
extern const struct route docker_version[];
