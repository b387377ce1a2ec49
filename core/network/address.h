#pragma once
/*
 * Addresses and subnets as numbers, of both families. Private to core/network.
 *
 * An IPv4 address sits in the low 32 bits.
 */
#include <stdbool.h>

struct arena;

typedef unsigned __int128 address;

struct cidr {
    int family; /* AF_INET, AF_INET6 */
    int prefix;
    address base; /* without host bits */
    address hosts; /* the host bits: base | hosts is the last address */
};

int address_family(const char *text); /* by its look: a colon is IPv6 */
/* 0, or -1 when @text is none of that family. */
int address_parse(int family, const char *text, address *ret_address);
const char *address_print(struct arena *arena, int family, address value);

/* "10.0.0.0/24"; -1 when it is none. Host bits are dropped; @ret_exact (may be NULL): there were none. */
int cidr_parse(const char *text, struct cidr *ret_cidr, bool *ret_exact);
const char *cidr_print(struct arena *arena, const struct cidr *cidr);
bool cidr_overlaps(const struct cidr *a, const struct cidr *b);
bool cidr_contains(const struct cidr *cidr, address value);
