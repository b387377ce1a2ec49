#pragma once
/* The route tables of Docker's images, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_commit[];
extern const struct route docker_images_create[];
extern const struct route docker_images_history[];
extern const struct route docker_images_item[];
extern const struct route docker_images_json[];
extern const struct route docker_images_load[];
extern const struct route docker_images_prune[];
extern const struct route docker_images_tag[];
