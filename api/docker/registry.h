#pragma once
/* Registries as Docker's clients expect them. */
#include <stdbool.h>

/* A registry on this machine needs no certificate, and may speak plain HTTP: "localhost", 127.0.0.0/8, [::1], with or
 * without a port. */
bool docker_is_loopback(const char *host);
