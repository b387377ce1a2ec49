#pragma once
/*
 * Subnets and interface names that are taken: by this machine, by our networks, by those of other servers and podman.
 * Private to core/network.
 *
 * neighbours_lock() is held from looking to writing, so that two creations do not choose the same.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/network/address.h"

struct arena;
struct engine;
struct error;

struct taken_subnet {
    struct cidr cidr;
    const char *by; /* "interface eth0", "route", "network x" */
};
struct taken {
    struct { struct taken_subnet *items; size_t count; } subnets; /* private to taken.c: with room to grow */
    struct str_list bridges; /* of networks; interfaces of the machine are asked for by name */
};

void taken_list(struct engine *engine, struct arena *arena, struct taken *ret_taken);
/* Who has a part of it, or NULL. */
const char *taken_by(const struct taken *taken, const struct cidr *cidr);
bool taken_bridge(const struct taken *taken, const char *name);
/* Whether an interface of the machine is a bridge. */
bool taken_is_bridge(const char *interface);
/* Also this one from now on. */
void taken_add(struct arena *arena, struct taken *taken, const struct cidr *cidr, const char *by);

/* A free subnet: of the pool below, or a random one of fd00::/8. ERROR_UNAVAILABLE when all are taken. Arena. */
const char *taken_free_subnet(struct arena *arena, const struct taken *taken, int family, struct error **err);
/* coracle0, coracle1, …: the first that is free. */
const char *taken_free_bridge(struct arena *arena, const struct taken *taken);
