#pragma once
/* Addresses handed out, as rows: one holder each, also after a kill. Private to core/network. */
#include <stdint.h>

struct arena;
struct engine;
struct error;
struct network;
struct network_subnet;

/* With the database locked and a transaction open: @wanted, or the next free one after the last that was given; arena.
 * ERROR_CONFLICT when it is taken, ERROR_INVALID when it is not in the subnet, ERROR_UNAVAILABLE when all are. */
const char *lease_take(struct engine *engine, struct arena *arena, const struct network *network, const struct network_subnet *subnet,
                       const char *wanted, const char *container_id, struct error **err);
int64_t lease_prefix(const struct network_subnet *subnet); /* bits */
int lease_is_ipv6(const struct network_subnet *subnet);
