#pragma once
/* The route tables of plugins, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_plugins[];
extern const struct route docker_plugins_create[];
extern const struct route docker_plugins_disable[];
extern const struct route docker_plugins_enable[];
extern const struct route docker_plugins_item[];
extern const struct route docker_plugins_json[];
extern const struct route docker_plugins_privileges[];
extern const struct route docker_plugins_pull[];
extern const struct route docker_plugins_push[];
extern const struct route docker_plugins_set[];
extern const struct route docker_plugins_upgrade[];
