#pragma once
/* A container's way into one network: addresses, interface, names, and netavark's words for it. Private to core/network. */
#include "core/container/container.h"
#include "core/network/request.h"

struct network;

struct joining {
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    struct str_list interfaces; /* names that are taken in its namespace */
    struct netavark_request request;
};

/* An empty request with what does not depend on networks. */
void join_begin(struct joining *joining, struct engine *engine, struct arena *arena, const struct container *ctr);
void join_ports(struct joining *joining, const struct container_port *ports, size_t count);
/* With a transaction open: leases what @asked wants and adds the network to the request. Errors as lease_take(). */
int join_network(struct joining *joining, const struct network *network, const struct container_network *asked,
                 struct container_address *ret_address, struct error **err);
