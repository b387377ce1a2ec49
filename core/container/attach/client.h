#pragma once
/* What attaching to a container and to an exec session have in common. Private to core/container. */
#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct container;
struct container_client;
struct engine;
struct error;
struct pump;

/* An event of a container ("attach", "detach", "exec_start: ls") with the attributes Docker and podman give them.
 * @exec_id, @exit_code: NULL for none. In a transaction of its own; failing is only logged. */
void container_stream_event(struct engine *engine, const struct container *ctr, const char *action, const char *exec_id,
                            const int64_t *exit_code);
struct str_map stream_event_attributes(struct arena *arena, const struct container *ctr, const char *exec_id,
                                       const int64_t *exit_code);
/* The client's descriptor and early bytes into @pump. */
int client_begin(const struct container_client *client, struct pump *pump, struct error **err);
