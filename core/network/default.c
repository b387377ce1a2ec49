#include "core/network/default.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/lock.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/document.h"
#include "core/network/neighbours.h"
#include "core/network/network.h"
#include "core/network/taken.h"

/* 10.80.0.0/16 and up: podman uses 10.88 to 10.255, Docker 172.17 and up. */
#define FIRST_SECOND_BYTE 80
#define LAST_SECOND_BYTE 87

static int choose_subnet(struct engine *engine, struct arena *arena, const struct taken *taken, struct network_subnet *subnet,
                         struct error **err)
{
    if (!str_empty(engine->config->default_subnet)) {
        struct in_addr network;
        const char *slash = strchr(engine->config->default_subnet, '/');
        const char *base = slash ? arena_strndup(arena, engine->config->default_subnet, (size_t)(slash - engine->config->default_subnet)) : "";
        if (inet_pton(AF_INET, base, &network) != 1)
            return error_set(err, ERROR_INVALID, 0, "containers.conf: default_subnet: \"%s\" is not an IPv4 subnet", engine->config->default_subnet);
        uint32_t gateway = htonl(ntohl(network.s_addr) + 1);
        char text[INET_ADDRSTRLEN];
        subnet->subnet = engine->config->default_subnet;
        subnet->gateway = arena_strdup(arena, inet_ntop(AF_INET, &gateway, text, sizeof text));
        return 0;
    }
    for (unsigned second = FIRST_SECOND_BYTE; second <= LAST_SECOND_BYTE; second++) {
        const char *text = arena_printf(arena, "10.%u.0.0/16", second);
        struct cidr cidr;
        if (cidr_parse(text, &cidr, NULL) == 0 && !taken_by(taken, &cidr)) {
            subnet->subnet = text;
            subnet->gateway = arena_printf(arena, "10.%u.0.1", second);
            return 0;
        }
    }
    return error_set(err, ERROR_UNAVAILABLE, 0, "no subnet is free for the default network: set default_subnet in containers.conf");
}

int network_make_default(struct engine *engine, struct arena *arena, const char *name, struct error **err)
{
    char id[ID_HEX_SIZE];
    const char *dir = network_dir(engine, arena);
    struct network_subnet subnet = { 0 };
    struct taken taken;
    if (path_mkdirs(dir, 0755, err) < 0)
        return -1;
    autofd machine = neighbours_lock(engine, arena, err);
    autofd lock = machine < 0 ? -1 : lock_file(arena_printf(arena, "%s/.lock", dir), true, err);
    if (lock < 0)
        return -1;
    if (path_exists(network_document_path(engine, arena, name)))
        return 0; /* somebody else was first */
    taken_list(engine, arena, &taken);
    if (choose_subnet(engine, arena, &taken, &subnet, err) < 0)
        return -1;
    id_random(id);
    struct network network = {
        .name = name,
        .id = id,
        .driver = "bridge",
        .interface = taken_free_bridge(arena, &taken),
        .created_unix_ns = clock_now(),
        .subnets = { &subnet, 1 },
    };
    str_map_set(arena, &network.ipam_options, "driver", "host-local");
    return network_document_write(engine, arena, &network, err);
}
