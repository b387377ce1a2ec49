#pragma once
/* A health check as configured, in Docker's wire type. */
struct arena;
struct container_health;
struct docker_health_config;

/* Arena; NULL for NULL. */
struct docker_health_config *docker_show_check(struct arena *arena, const struct container_health *check);
