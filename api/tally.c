#include "api/tally.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "api/route.h"
#include "api/varlink/interface.h"
#include "core/base/clock.h"
#include "core/base/mem.h"

const int tally_statuses[TALLY_STATUSES] = { 101, 200, 201, 204, 301, 304, 400, 401, 403, 404, 405, 409, 413, 422, 499, 500, 501, 503, 504, 0 };
const double tally_buckets[TALLY_BUCKETS] = { 0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120 };

/* Each on cache lines of its own, so that calls of different routes do not disturb each other. */
struct slot {
    _Alignas(64) const char *route;
    const char *interface; /* of a varlink method; NULL */
    atomic_ullong by_status[TALLY_STATUSES], by_bucket[TALLY_BUCKETS + 1], total_ns;
};

struct tally {
    size_t routes, count; /* slots: routes as api_routes has them, methods, the unrouted */
    struct slot *slots;
};

static size_t count_routes(void)
{
    size_t count = 0;
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            count++;
    return count;
}

static size_t count_methods(void)
{
    size_t count = 0;
    for (const struct varlink_interface *const *interface = varlink_interfaces; *interface; interface++)
        for (const struct varlink_method *const *table = (*interface)->methods; *table; table++)
            for (const struct varlink_method *method = *table; method->name; method++)
                count++;
    return count;
}

static struct slot *aligned_slots(size_t count)
{
    struct slot *slots = aligned_alloc(_Alignof(struct slot), count * sizeof *slots);
    if (!slots)
        abort();
    return memset(slots, 0, count * sizeof *slots);
}

static void name_slots(struct tally *tally)
{
    struct slot *slot = tally->slots;
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            (slot++)->route = route->id;
    for (const struct varlink_interface *const *interface = varlink_interfaces; *interface; interface++)
        for (const struct varlink_method *const *table = (*interface)->methods; *table; table++)
            for (const struct varlink_method *method = *table; method->name; method++) {
                slot->interface = (*interface)->name;
                (slot++)->route = method->name;
            }
    slot->route = "";
}

struct tally *tally_new(void)
{
    struct tally *tally = aligned_alloc(_Alignof(struct tally), sizeof *tally);
    if (!tally)
        abort();
    memset(tally, 0, sizeof *tally);
    tally->routes = count_routes();
    tally->count = tally->routes + count_methods() + 1;
    tally->slots = aligned_slots(tally->count);
    name_slots(tally);
    return tally;
}

void tally_free(struct tally *tally)
{
    if (!tally)
        return;
    free(tally->slots);
    free(tally);
}

size_t tally_method(const struct varlink_method *wanted)
{
    size_t number = count_routes();
    for (const struct varlink_interface *const *interface = varlink_interfaces; *interface; interface++)
        for (const struct varlink_method *const *table = (*interface)->methods; *table; table++)
            for (const struct varlink_method *method = *table; method->name; method++, number++)
                if (method == wanted)
                    return number;
    return TALLY_UNROUTED;
}

static void add(atomic_ullong *counter, unsigned long long value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

int64_t tally_begin(struct tally *tally)
{
    return tally ? clock_monotonic() : 0;
}

static size_t find_status(int status)
{
    size_t i = 0;
    while (tally_statuses[i] && tally_statuses[i] != status)
        i++;
    return i;
}

static size_t find_bucket(int64_t ns)
{
    size_t i = 0;
    while (i < TALLY_BUCKETS && (double)ns > tally_buckets[i] * CLOCK_SECOND)
        i++;
    return i;
}

void tally_end(struct tally *tally, size_t number, int status, int64_t began)
{
    if (!tally)
        return;
    int64_t took = clock_monotonic() - began;
    struct slot *slot = &tally->slots[number < tally->count ? number : tally->count - 1];
    add(&slot->by_status[find_status(status)], 1);
    add(&slot->by_bucket[find_bucket(took)], 1);
    add(&slot->total_ns, (unsigned long long)took);
}

static uint64_t value_of(const atomic_ullong *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

bool tally_next(const struct tally *tally, size_t *cursor, struct tally_row *ret_row)
{
    while (*cursor < tally->count) {
        const struct slot *slot = &tally->slots[(*cursor)++];
        uint64_t calls = 0;
        *ret_row = (struct tally_row){ .route = slot->route, .interface = slot->interface, .total_ns = value_of(&slot->total_ns) };
        for (size_t i = 0; i < TALLY_STATUSES; i++)
            ret_row->by_status[i] = value_of(&slot->by_status[i]);
        for (size_t i = 0; i <= TALLY_BUCKETS; i++)
            calls += ret_row->by_bucket[i] = value_of(&slot->by_bucket[i]);
        if (calls)
            return true;
    }
    return false;
}
