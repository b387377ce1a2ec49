#include "core/network/lease.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/engine.h"
#include "core/network/address.h"
#include "core/network/network.h"
#include "core/state/state.h"

struct range { /* of a subnet: first and last address that may be handed out */
    int family;
    int bits;
    address base, first, last, gateway;
};

int lease_is_ipv6(const struct network_subnet *subnet)
{
    return strchr(subnet->subnet, ':') != NULL;
}

int64_t lease_prefix(const struct network_subnet *subnet)
{
    const char *slash = strchr(subnet->subnet, '/');
    return slash ? strtoll(slash + 1, NULL, 10) : lease_is_ipv6(subnet) ? 128 : 32;
}

static int read_range(const struct network_subnet *subnet, struct range *range, struct error **err)
{
    char base[INET6_ADDRSTRLEN] = "";
    const char *slash = strchrnul(subnet->subnet, '/');
    if ((size_t)(slash - subnet->subnet) < sizeof base)
        memcpy(base, subnet->subnet, (size_t)(slash - subnet->subnet));
    range->family = lease_is_ipv6(subnet) ? AF_INET6 : AF_INET;
    range->bits = range->family == AF_INET ? 32 : 128;
    int64_t prefix = lease_prefix(subnet);
    if (address_parse(range->family, base, &range->base) < 0 || prefix < 1 || prefix > range->bits)
        return error_set(err, ERROR_INVALID, 0, "subnet \"%s\" is not a subnet in CIDR form", subnet->subnet);
    address hosts = prefix == range->bits ? 0 : ((address)1 << (range->bits - prefix)) - 1;
    range->base &= ~hosts;
    range->first = range->base + 1;
    range->last = range->base + hosts - (range->family == AF_INET && hosts > 1); /* not the broadcast address */
    range->gateway = 0;
    if (*subnet->gateway)
        address_parse(range->family, subnet->gateway, &range->gateway);
    address first = range->first, last = range->last;
    if (*subnet->lease_start && address_parse(range->family, subnet->lease_start, &first) == 0 && first > range->first)
        range->first = first; /* a range may begin at the network's own address and end at the broadcast address */
    if (*subnet->lease_end && address_parse(range->family, subnet->lease_end, &last) == 0 && last < range->last)
        range->last = last;
    return 0;
}

/* Docker's auxiliary addresses: somebody outside has them. */
static bool is_auxiliary(const struct network_subnet *subnet, int family, address value)
{
    address other;
    for (size_t i = 0; i < subnet->auxiliary.count; i++)
        if (address_parse(family, subnet->auxiliary.items[i].value, &other) == 0 && other == value)
            return true;
    return false;
}

/* 1 taken by us now, 0 somebody has it, -1 with *err */
static int insert(struct engine *engine, const char *network, const char *text, const char *container_id, struct error **err)
{
    if (state_exec(engine->state, err, "INSERT OR IGNORE INTO leases (network, address, container_id) VALUES (?1, ?2, ?3)", "sss", network, text,
                   container_id) < 0)
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT changes()", err);
    if (!stmt || state_step(engine->state, stmt, err) < 0)
        return -1;
    int changed = sqlite3_column_int(stmt, 0);
    sqlite3_reset(stmt);
    return changed;
}

static int last_given(struct engine *engine, const struct network *network, const struct network_subnet *subnet, const struct range *range,
                      address *ret_address, struct error **err)
{
    *ret_address = range->first - 1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT address FROM lease_last WHERE network = ?1 AND subnet = ?2", err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, network->name, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(stmt, 2, subnet->subnet, -1, SQLITE_TRANSIENT);
    int row = state_step(engine->state, stmt, err);
    if (row > 0)
        address_parse(range->family, state_text(stmt, 0), ret_address);
    sqlite3_reset(stmt);
    return row < 0 ? -1 : 0;
}

static const char *take_wanted(struct engine *engine, struct arena *arena, const struct network *network, const struct network_subnet *subnet,
                               const struct range *range, const char *wanted, const char *container_id, struct error **err)
{
    address value;
    address hosts = range->last > range->base ? range->last - range->base : 0;
    if (address_parse(range->family, wanted, &value) < 0 || value <= range->base || value > range->base + hosts) {
        error_set(err, ERROR_INVALID, 0, "static address \"%s\" is not in a subnet of network %s", wanted, network->name);
        return NULL;
    }
    const char *text = address_print(arena, range->family, value);
    int taken = value == range->gateway || is_auxiliary(subnet, range->family, value) ? 0 : insert(engine, network->name, text, container_id, err);
    if (taken == 0)
        error_set(err, ERROR_CONFLICT, 0, "address %s of network %s is already in use", text, network->name);
    return taken > 0 ? text : NULL;
}

const char *lease_take(struct engine *engine, struct arena *arena, const struct network *network, const struct network_subnet *subnet,
                       const char *wanted, const char *container_id, struct error **err)
{
    struct range range = { 0 };
    address last = 0;
    if (read_range(subnet, &range, err) < 0)
        return NULL;
    if (wanted)
        return take_wanted(engine, arena, network, subnet, &range, wanted, container_id, err);
    if (last_given(engine, network, subnet, &range, &last, err) < 0)
        return NULL;
    address next = last, count = range.last - range.first + 1;
    for (address tried = 0; tried < count; tried++) {
        next = next >= range.first && next < range.last ? next + 1 : range.first;
        if (next == range.gateway || is_auxiliary(subnet, range.family, next))
            continue;
        const char *text = address_print(arena, range.family, next);
        int taken = insert(engine, network->name, text, container_id, err);
        if (taken < 0)
            return NULL;
        if (!taken)
            continue;
        if (state_exec(engine->state, err, "INSERT OR REPLACE INTO lease_last (network, subnet, address) VALUES (?1, ?2, ?3)", "sss", network->name,
                       subnet->subnet, text) < 0)
            return NULL;
        return text;
    }
    error_set(err, ERROR_UNAVAILABLE, 0, "network %s: no address of %s is free", network->name, subnet->subnet);
    return NULL;
}
