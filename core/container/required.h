#pragma once
/*
 * Containers that another one needs: they are started before it, and stay until it is gone. Whoever needs one is younger, so
 * there are no circles. Private to core/container. Source of truth: podman-create(1), --requires.
 */
struct arena;
struct container;
struct container_spec;
struct engine;
struct error;

/* Names become ids. ERROR_INVALID names one that is not there. */
int required_resolve(struct engine *engine, struct arena *arena, struct container_spec *spec, struct error **err);
/* ERROR_CONFLICT names one that needs @ctr. */
int required_check_unused(struct engine *engine, const struct container *ctr, struct error **err);
