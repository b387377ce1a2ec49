#pragma once
/* Networks as Docker's clients see them, and the two that are there without a file: host and none. */
#include <stdbool.h>
#include <stddef.h>

struct call;
struct docker_network;
struct error;
struct network;

/* What @network is, in Docker's shape; borrows from it. */
void docker_show_network(struct call *call, const struct network *network, struct docker_network *ret_shown);
/* Its containers. They live in the call's arena. */
int docker_show_network_containers(struct call *call, const struct network *network, struct docker_network *shown,
                                   struct error **err);

/* bridge, host and none, which nobody makes or removes. */
bool docker_is_builtin_network(struct call *call, const struct network *network);
/* One of the two by name or id, or NULL; static. */
const struct network *docker_pseudo_network(const char *key);
/* Both of them. */
const struct network *docker_pseudo_networks(size_t *ret_count);
/* By name or id, pseudo networks too; arena or static. */
const struct network *docker_find_network(struct call *call, const char *key, struct error **err);
