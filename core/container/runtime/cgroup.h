#pragma once
/* A container's cgroup, for when its runtime is not there to look after it. Private to core/container. */
struct arena;
struct container;

/* Its path below the hierarchies' roots; arena. */
const char *container_cgroup(struct arena *arena, const struct container *ctr);
/* Kills what runs there and removes it, with what the container made below it; nothing there is fine. */
void container_cgroup_remove(const struct container *ctr);
