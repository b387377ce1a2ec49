#pragma once
/* Parts of docker_translate_spec(), a file for each: every one fills its members of @spec. */
struct arena;
struct container_spec;
struct container_health;
struct docker_container_config;
struct docker_create;
struct docker_health_config;
struct docker_host_config;
struct error;
struct str_list;

/* Binds, Mounts, Tmpfs, Volumes. */
int spec_mounts(struct arena *arena, const struct docker_create *body, struct container_spec *spec, struct error **err);
/* NetworkMode, EndpointsConfig, PortBindings, ExposedPorts. */
int spec_networks(struct arena *arena, const struct docker_create *body, struct container_spec *spec,
                  struct error **err);
/* Resources: cgroup limits, ulimits, devices. */
int spec_limits(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec,
                struct str_list *warnings, struct error **err);
/* Capabilities, SecurityOpt, namespaces, hidden paths. */
int spec_security(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec,
                  struct error **err);
/* LogConfig and RestartPolicy. */
int spec_policies(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec,
                  struct str_list *warnings, struct error **err);
/* NULL when nothing is asked for: the image's then. */
struct container_health *spec_health(struct arena *arena, const struct docker_health_config *from);
