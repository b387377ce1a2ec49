#pragma once
/* A secret in Docker's words. Private to api/docker. */
#include "api/types/docker/docker.h"

struct secret;

struct docker_secret docker_show_secret(const struct secret *secret);
