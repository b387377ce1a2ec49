#include "core/network/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/str.h"

static int bits_of(int family)
{
    return family == AF_INET ? 32 : 128;
}

int address_family(const char *text)
{
    return strchr(text, ':') ? AF_INET6 : AF_INET;
}

int address_parse(int family, const char *text, address *ret_address)
{
    unsigned char bytes[16];
    if (inet_pton(family, text, bytes) != 1)
        return -1;
    *ret_address = 0;
    for (int i = 0; i < bits_of(family) / 8; i++)
        *ret_address = *ret_address << 8 | bytes[i];
    return 0;
}

const char *address_print(struct arena *arena, int family, address value)
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    for (int i = bits_of(family) / 8 - 1; i >= 0; i--, value >>= 8)
        bytes[i] = (unsigned char)value;
    return arena_strdup(arena, inet_ntop(family, bytes, text, sizeof text));
}

int cidr_parse(const char *text, struct cidr *ret_cidr, bool *ret_exact)
{
    char base[INET6_ADDRSTRLEN] = "";
    const char *slash = strchr(text, '/');
    if (!slash || (size_t)(slash - text) >= sizeof base)
        return -1;
    memcpy(base, text, (size_t)(slash - text));
    struct cidr cidr = { .family = address_family(base) };
    int bits = bits_of(cidr.family);
    int64_t prefix = str_to_int(slash + 1);
    if (prefix < 1 || prefix > bits || address_parse(cidr.family, base, &cidr.base) < 0)
        return -1;
    cidr.prefix = (int)prefix;
    cidr.hosts = prefix == bits ? 0 : ((address)1 << (bits - prefix)) - 1;
    if (ret_exact)
        *ret_exact = !(cidr.base & cidr.hosts);
    cidr.base &= ~cidr.hosts;
    *ret_cidr = cidr;
    return 0;
}

const char *cidr_print(struct arena *arena, const struct cidr *cidr)
{
    return arena_printf(arena, "%s/%d", address_print(arena, cidr->family, cidr->base), cidr->prefix);
}

bool cidr_contains(const struct cidr *cidr, address value)
{
    return (value & ~cidr->hosts) == cidr->base;
}

bool cidr_overlaps(const struct cidr *a, const struct cidr *b)
{
    return a->family == b->family && (cidr_contains(a, b->base) || cidr_contains(b, a->base));
}
