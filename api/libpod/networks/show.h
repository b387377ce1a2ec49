#pragma once
/* Networks as podman's clients see them. */
struct arena;
struct libpod_network;
struct network;

/* What @network is, in podman's shape; borrows from it. */
void libpod_show_network(struct arena *arena, const struct network *network, struct libpod_network *ret_shown);
