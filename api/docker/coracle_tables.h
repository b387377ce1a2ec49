#pragma once
/* The route tables of what no other engine has, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_coracle_diagnostics[];
