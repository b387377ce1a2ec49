#pragma once
/* Connects and disconnects that were interrupted. Private to core/container. */
struct container;
struct engine;
struct error;

/* With the lock of a container that runs held: undoes a half connect, finishes a half disconnect. */
int container_settle_networks(struct engine *engine, const struct container *ctr, struct error **err);
