#pragma once
/* Containers as Docker's inspect and list show them. Private to api/docker. */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct container;
struct docker_inspect;
struct docker_list_container;
struct docker_mount_point;
struct engine;
struct error;

/* @size: walks the container's layer. Borrows from @ctr and the arena. */
int docker_inspect_container(struct engine *engine, struct arena *arena, const struct container *ctr, bool size,
                             struct docker_inspect *ret_shown, struct error **err);
/* One entry of the list, its image's name aside. @now: for the status' words */
void docker_summarize_container(struct arena *arena, const struct container *ctr, int64_t now,
                                struct docker_list_container *ret_shown);
/* Bytes of the container's own layer, and with those of its image when that is still there. */
int docker_container_sizes(struct engine *engine, struct arena *arena, const struct container *ctr, int64_t **ret_rw,
                           int64_t **ret_rootfs, struct error **err);
