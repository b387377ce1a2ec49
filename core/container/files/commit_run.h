#pragma once
/* What the image of a commit runs. Private to core/container. */
struct arena;
struct container;
struct container_commit;
struct image;
struct image_config_run;

/* What the request says, else the container, else its image. */
struct image_config_run container_commit_run(struct arena *arena, const struct container *ctr, const struct image *image,
                                             const struct container_commit *commit);
