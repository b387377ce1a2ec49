#pragma once
/*
 * The processes of a running container, as the host sees them: nothing is ever run inside of it.
 *
 * Source of truth: ps(1) for Docker's words, podman-top(1) for descriptors.
 */
#include "core/base/str.h"

struct arena;
struct engine;
struct error;

struct container_top {
    struct str_list titles;
    struct { struct str_list *items; size_t count; } processes; /* a value for each title */
};
/*
 * By the host's ps with these words ("-ef", "aux"), of which only the container's lines are kept. Arena.
 *   ERROR_CONFLICT     it does not run
 *   ERROR_INVALID      ps does not take the words, in its own; or shows no PID
 *   ERROR_UNSUPPORTED  ps is not installed
 */
int container_top_ps(struct engine *engine, struct arena *arena, const char *key, const struct str_list *words,
                     struct container_top *ret_top, struct error **err);
/* By podman's descriptors; none: its usual ones. Process and user ids are those that the container knows. Arena.
 * ERROR_INVALID names an unknown descriptor, ERROR_CONFLICT as above. */
int container_top_descriptors(struct engine *engine, struct arena *arena, const char *key, const struct str_list *descriptors,
                              struct container_top *ret_top, struct error **err);
bool container_top_knows(const char *descriptor);
