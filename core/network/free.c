/* What is free for a new network. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/taken.h"

#define MAX_BRIDGES 10000
#define MAX_TRIES 1000 /* of random IPv6 subnets: one is as good as the next */

/* Subnets of /24: first and last. podman takes 10.88 to 10.255, Docker 172.17 to 172.31 and 192.168, our default network
 * all of 10.80 or what follows it. */
static const struct {
    uint32_t first, last;
} pools[] = {
    { 10u << 24 | 81u << 16, 10u << 24 | 87u << 16 | 255u << 8 },
    { 10u << 24 | 64u << 16, 10u << 24 | 79u << 16 | 255u << 8 },
};

static bool find_four(const struct taken *taken, struct cidr *cidr)
{
    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
        for (uint32_t base = pools[i].first; base <= pools[i].last; base += 256) {
            *cidr = (struct cidr){ .family = AF_INET, .prefix = 24, .base = base, .hosts = 255 };
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
