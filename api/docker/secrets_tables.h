#pragma once
/* The route tables of Docker's secrets, one per file of that folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route docker_secrets[];
extern const struct route docker_secrets_create[];
extern const struct route docker_secrets_item[];
extern const struct route docker_secrets_update[];
