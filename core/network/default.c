#include "core/network/default.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/lock.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/document.h"

/* 10.80.0.0/16 and up: podman uses 10.88 to 10.255, Docker 172.17 and up. */
#define FIRST_SECOND_BYTE 80
#define LAST_SECOND_BYTE 87
#define MAX_BRIDGES 1000
#define MAX_DOCUMENT 65536

/* Whether an address of this machine lies in 10.@second.0.0/16. */
static bool is_used(const struct ifaddrs *addresses, unsigned second)
{
    for (const struct ifaddrs *at = addresses; at; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET)
            continue;
        uint32_t ip = ntohl(((const struct sockaddr_in *)at->ifa_addr)->sin_addr.s_addr);
        uint32_t mask = at->ifa_netmask ? ntohl(((const struct sockaddr_in *)at->ifa_netmask)->sin_addr.s_addr) : ~0u;
        uint32_t ours = 10u << 24 | second << 16, common = mask & 0xffff0000u;
        if ((ip & common) == (ours & common))
            return true;
    }
    return false;
}

static int choose_subnet(struct engine *engine, struct arena *arena, struct network_subnet_row *subnet, struct error **err)
{
    struct ifaddrs *addresses = NULL;
    unsigned second = FIRST_SECOND_BYTE;
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
    getifaddrs(&addresses);
    while (second <= LAST_SECOND_BYTE && is_used(addresses, second))
        second++;
    freeifaddrs(addresses);
    if (second > LAST_SECOND_BYTE)
        return error_set(err, ERROR_UNAVAILABLE, 0, "no subnet is free for the default network: set default_subnet in containers.conf");
    subnet->subnet = arena_printf(arena, "10.%u.0.0/16", second);
    subnet->gateway = arena_printf(arena, "10.%u.0.1", second);
    return 0;
}

static const char *choose_bridge(struct arena *arena)
{
    for (unsigned i = 0; i < MAX_BRIDGES; i++) {
        const char *name = arena_printf(arena, "coracle%u", i);
        if (!if_nametoindex(name))
            return name;
    }
    return "coracle0";
}

int network_make_default(struct engine *engine, struct arena *arena, const char *name, struct error **err)
{
    char id[ID_HEX_SIZE];
    const char *dir = network_dir(engine, arena), *path = arena_printf(arena, "%s/%s.json", dir, name);
    struct network_subnet_row subnet = { 0 };
    if (path_mkdirs(dir, 0755, err) < 0)
        return -1;
    autofd lock = lock_file(arena_printf(arena, "%s/.lock", dir), true, err);
    if (lock < 0)
        return -1;
    if (path_exists(path))
        return 0; /* somebody else was first */
    if (choose_subnet(engine, arena, &subnet, err) < 0)
        return -1;
    id_random(id);
    struct network_document document = {
        .name = name,
        .id = id,
        .driver = "bridge",
        .interface = choose_bridge(arena),
        .created = clock_now(),
        .subnets = { &subnet, 1 },
    };
    str_map_set(arena, &document.ipam_options, "driver", "host-local");
    autobuf text = BUF(MAX_DOCUMENT);
    schema_encode(&text, network_document_schema(), &document, SCHEMA_NEWEST);
    return path_write_atomic(path, text.data, text.len, 0644, true, err);
}
