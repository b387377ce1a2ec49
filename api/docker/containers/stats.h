#pragma once
/* What a container uses, in Docker's wire type; libpod's stats of one container have the same shape. */
struct arena;
struct container;
struct container_stats;
struct docker_stats;

/* @before: the sample before, for precpu_stats; NULL for none. @name: as the dialect writes it */
void docker_show_stats(struct arena *arena, const struct container *ctr, const char *name, const struct container_stats *now,
                       const struct container_stats *before, struct docker_stats *ret_shown);
