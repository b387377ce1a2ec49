#pragma once
/* What a spec and its image give together. Private to core/container. */
struct arena;
struct container_effective;
struct container_spec;
struct error;
struct image;

/* Fills all of @ret_effective but mounts, volume names and the log. @spec may gain the image's health check. */
int container_merge(struct arena *arena, struct container_spec *spec, const struct image *image, struct container_effective *ret_effective,
                    struct error **err);
