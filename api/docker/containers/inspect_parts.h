#pragma once
/* The parts of inspect.h, one file each; the list shows some of them too. All of it borrows. Private to this folder. */
#include <stddef.h>

#include "core/base/str.h"

struct arena;
struct container;
struct docker_endpoint;
struct docker_host_config;
struct docker_list_networks;
struct docker_mount_point;
struct docker_network_settings;
struct engine;

/* Docker has no word for what is initialized: it was not started yet. */
const char *inspect_state_word(const struct container *ctr);
/* As it was asked for; the short form of the full names that podman's clients send. */
const char *inspect_image_name(struct arena *arena, const struct container *ctr);
/* What it was asked for on the host's side. */
void inspect_host_config(struct engine *engine, struct arena *arena, const struct container *ctr,
                         struct docker_host_config *ret_host);
/* bridge, none, host, container:ID or a network: Docker's word for what it joins first. */
const char *inspect_network_mode(const struct container *ctr);
/* Its networks by name: asked for, and joined while it runs. */
void inspect_endpoints(struct arena *arena, const struct container *ctr, struct docker_list_networks *ret_networks);
/* Those on the default network, as inspect shows them. */
struct str_list inspect_links(struct engine *engine, struct arena *arena, const struct container *ctr);
/* Before level 44 the aliases were all names but the container's own. */
void inspect_old_aliases(struct docker_endpoint *endpoint);
void inspect_network_settings(struct arena *arena, const struct container *ctr,
                              struct docker_network_settings *ret_settings);
/* Binds and volumes as they are; tmpfs only when it was asked for as a mount. Returns how many. */
size_t inspect_mount_points(struct arena *arena, const struct container *ctr, struct docker_mount_point **ret_points);
/* "80/tcp" */
const char *inspect_port_key(struct arena *arena, int64_t port, const char *protocol);
/* Exposed and published ports as keys, each once. */
struct str_list inspect_exposed_ports(struct arena *arena, const struct container *ctr);
