#pragma once
/*
 * An image out of a container: the container's image with one layer more, that has what differs; and what it runs as the
 * container runs it. The layer is staged: a kill at any moment leaves no image, and nothing else that stays.
 */
#include <stdbool.h>

#include "core/base/str.h"

struct arena;
struct container_health;
struct container_rules;
struct engine;
struct error;

struct container_commit {
    const char *reference; /* NULL or empty: the image gets no name */
    const char *author, *comment; /* may be NULL */
    struct str_list changes;      /* Dockerfile instructions */
    bool docker;        /* short names are docker.io's, else localhost's */
    bool docker_format; /* of manifest and configuration; else OCI's */
    bool pause;         /* it stands still meanwhile */
    bool squash;        /* one layer that has everything */
    /* Docker: what counts before the container's own where it says something. */
    const char *user, *workdir, *stop_signal;
    struct str_list command, entrypoint, env, exposed_ports, volumes, on_build;
    struct str_map labels;
    const struct container_health *health;
};
/* @ret_name: full, or ""; arena
 *   ERROR_INVALID    a change or the reference is wrong
 *   ERROR_NOT_FOUND  no such container
 *   ERROR_CONFLICT   it was removed meanwhile */
int container_commit(struct engine *engine, struct arena *arena, const char *key, const struct container_rules *rules,
                     const struct container_commit *commit, char ret_id[65], const char **ret_name, struct error **err);
