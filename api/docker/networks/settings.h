#pragma once
/* From Docker's words for a network to core's. */
struct arena;
struct docker_network_create;
struct error;
struct network_settings;

/* Borrows from @body. */
int docker_network_settings(struct arena *arena, const struct docker_network_create *body,
                            struct network_settings *ret_settings, struct error **err);
