#pragma once
/*
 * From podman's SpecGenerator to the engine's own specification. What is not honoured and says something is refused by
 * its name in the request.
 */
struct arena;
struct container_resources;
struct container_spec;
struct error;
struct libpod_spec;

/* @ret_spec: its lists and texts live in @arena or in @body. ERROR_INVALID, ERROR_UNSUPPORTED */
int libpod_translate_spec(struct arena *arena, const struct libpod_spec *body, struct container_spec *ret_spec, struct error **err);
/* Its part about limits, ulimits and devices. */
int libpod_translate_resources(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err);
/* cgroup limits alone, of a container that there is: members are named as they stand in an update. */
int libpod_translate_limits(struct arena *arena, const struct libpod_spec *body, struct container_resources *ret_resources, struct error **err);
/* Its part about Networks, their old forms and hostadd. @spec: has its network mode already. */
int libpod_translate_networks(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err);
