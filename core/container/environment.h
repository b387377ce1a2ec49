#pragma once
/*
 * The environment a container is made with: the image's, the server's where it is asked for, then the user's. What every
 * container has besides is added when it starts (core/oci/process.c).
 *
 * Source of truth: the order of podman 5.4.2, pkg/specgen/generate/container.go; Docker knows the image's and the user's.
 */
#include <stdbool.h>

struct arena;
struct container_spec;
struct error;
struct str_list;

/* @image: NAME=value. @ret_env: of @arena, @image and @spec. ERROR_INVALID names a bad entry of env_merge */
int container_environment(struct arena *arena, const struct container_spec *spec, const struct str_list *image,
                          struct str_list *ret_env, struct error **err);
/* Whether the user asked for a variable to be left out: its name stands alone. @entry: NAME=value or NAME */
bool container_environment_lacks(const struct container_spec *spec, const char *entry);
