/* What is free for a new network. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"
#include "core/network/taken.h"

#define MAX_BRIDGES 10000
#define MAX_TRIES 1000 /* of random IPv6 subnets: one is as good as the next */

/* What subnets of /24 are taken from, in this order. podman takes 10.88 to 10.255, Docker 172.17 to 172.31 and 192.168,
 * our default network all of 10.80 or what follows it. */
static const struct network_pool pools[] = {
    { "10.81.0.0/16", 24 },
    { "10.82.0.0/15", 24 },
    { "10.84.0.0/14", 24 },
    { "10.64.0.0/12", 24 },
};

const struct network_pool *network_pools(size_t *ret_count)
{
    *ret_count = sizeof pools / sizeof *pools;
    return pools;
}

static bool find_four(const struct taken *taken, struct cidr *cidr)
{
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        struct cidr pool;
        if (cidr_parse(pools[i].base, &pool, NULL) < 0)
            continue;
        const address step = (address)1 << (32 - pools[i].prefix);
        for (address base = pool.base; base <= pool.base + pool.hosts; base += step) {
            *cidr = (struct cidr){ .family = AF_INET, .prefix = pools[i].prefix, .base = base, .hosts = step - 1 };
            if (!taken_by(taken, cidr))
                return true;
        }
    }
    return false;
}

/* RFC 4193: fd, 40 random bits and 16 for the subnet, which are as random here. */
static bool find_six(const struct taken *taken, struct cidr *cidr)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        uint64_t random;
        if (getrandom(&random, sizeof random, 0) < 0)
            abort();
        *cidr = (struct cidr){ .family = AF_INET6, .prefix = 64, .hosts = ((address)1 << 64) - 1 };
        cidr->base = (address)(random >> 8 | 0xfdull << 56) << 64;
        if (!taken_by(taken, cidr))
            return true;
    }
    return false;
}

const char *taken_free_subnet(struct arena *arena, const struct taken *taken, int family, struct error **err)
{
    struct cidr cidr;
    if (family == AF_INET ? find_four(taken, &cidr) : find_six(taken, &cidr))
        return cidr_print(arena, &cidr);
    error_set(err, ERROR_UNAVAILABLE, 0, "subnets: no %s subnet is free: give one", family == AF_INET ? "IPv4" : "IPv6");
    return NULL;
}

const char *taken_free_bridge(struct arena *arena, const struct taken *taken)
{
    for (unsigned i = 0; i < MAX_BRIDGES; i++) {
        const char *name = arena_printf(arena, "coracle%u", i);
        if (!if_nametoindex(name) && !taken_bridge(taken, name))
            return name;
    }
    return "coracle0";
}
