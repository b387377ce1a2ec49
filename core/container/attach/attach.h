#pragma once
/*
 * Clients that wait for a container to start: attach comes before start, and output has no replay, so start connects
 * for them between the runtime's create and start. In-process; a start by a subcommand finds none. Private to
 * core/container.
 */
#include <stdbool.h>
#include <stdint.h>

struct attach_registry;
struct error;

struct attach_registry *attach_registry_new(void); /* owned */
void attach_registry_free(struct attach_registry *registry);

/* Called by start, with the container created and not yet started: connects once for each waiting client and hands the
 * sockets over. Never fails: a client that cannot be connected is told so. */
void attach_serve_waiting(struct attach_registry *registry, const char *container_id, const char *bundle);
/* Called when a start failed: wakes the waiting clients, which end with what their container's row says. */
void attach_start_failed(struct attach_registry *registry, const char *container_id);
/* A size that comes between attach and start is for the terminal that will be. False when no client waits. */
bool attach_keep_size(struct attach_registry *registry, const char *container_id, int64_t rows, int64_t columns);
