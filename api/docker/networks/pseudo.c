/* The networks host and none, which are modes of containers and have no file. */
#include <string.h>

#include "api/call.h"
#include "api/docker/networks/show.h"
#include "core/base/error.h"
#include "core/network/network.h"

/* SHA-256 of the names, as podman makes the id of its own default network: the same everywhere and for ever. */
static const struct network pseudo[] = {
    { .name = "host", .driver = "host", .interface = "", .json = "", .id = "4740ae6347b0172c01254ff55bae5aff5199f4446e7f6d643d40185b3f475145" },
    { .name = "none", .driver = "null", .interface = "", .json = "", .id = "140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe" },
};

const struct network *docker_pseudo_networks(size_t *ret_count)
{
    *ret_count = sizeof pseudo / sizeof *pseudo;
    return pseudo;
}

const struct network *docker_pseudo_network(const char *key)
{
    for (size_t i = 0; i < sizeof pseudo / sizeof *pseudo; i++)
        if (!strcmp(key, pseudo[i].name) || (strlen(key) >= 12 && str_starts(pseudo[i].id, key)))
            return &pseudo[i];
    return NULL;
}

bool docker_is_builtin_network(struct call *call, const struct network *network)
{
    return docker_pseudo_network(network->id) || network_is_default(call->engine, network);
}

const struct network *docker_find_network(struct call *call, const char *key, struct error **err)
{
    const struct network *network = docker_pseudo_network(key);
    return network ? network : network_find(call->engine, call->arena, key, err);
}
