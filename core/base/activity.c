#include "core/base/activity.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

#define PLACES 1024 /* a power of two */
#define ATTEMPTS 64

/* Even: nobody is there, or what is there is whole; odd: it is being written. Who looks copies, and looks again. */
struct place {
    atomic_bool taken;
    _Atomic uint32_t version;
    struct activity_seen seen;
};

struct activity {
    _Atomic uint32_t next;
    struct place places[PLACES];
};

struct activity *activity_new(void)
{
    return mem_zalloc(sizeof(struct activity));
}

void activity_free(struct activity *activity)
{
    free(activity);
}

/* Byte for byte through atomics: it may be read meanwhile. */
static void store_bytes(void *to, const void *from, size_t len)
{
    for (size_t i = 0; i < len; i++)
        __atomic_store_n((char *)to + i, ((const char *)from)[i], __ATOMIC_RELAXED);
}

static void load_bytes(void *to, const void *from, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((char *)to)[i] = __atomic_load_n((const char *)from + i, __ATOMIC_RELAXED);
}

int activity_enter(struct activity *activity, const char *kind, const char *text, size_t len)
{
    if (!activity)
        return -1;
    uint32_t start = atomic_fetch_add_explicit(&activity->next, 1, memory_order_relaxed);
    for (uint32_t i = 0; i < ATTEMPTS; i++) {
        struct place *place = &activity->places[(start + i) % PLACES];
        bool free_place = false;
        if (!atomic_compare_exchange_strong(&place->taken, &free_place, true))
            continue;
        struct activity_seen seen = { .thread = gettid(), .since_unix_ns = clock_now(), .kind = kind };
        len = len < ACTIVITY_TEXT ? len : ACTIVITY_TEXT - 1;
        memcpy(seen.text, text, len);
        atomic_fetch_add(&place->version, 1);
        store_bytes(&place->seen, &seen, offsetof(struct activity_seen, text) + len + 1);
        atomic_fetch_add(&place->version, 1);
        return (int)((start + i) % PLACES);
    }
    return -1;
}

void activity_leave(struct activity *activity, int place)
{
    if (place >= 0)
        atomic_store(&activity->places[place].taken, false);
}

size_t activity_count(const struct activity *activity)
{
    size_t count = 0;
    for (size_t i = 0; activity && i < PLACES; i++)
        count += atomic_load(&activity->places[i].taken);
    return count;
}

size_t activity_look(struct activity *activity, struct activity_seen *seen, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; activity && i < PLACES && count < room; i++) {
        struct place *place = &activity->places[i];
        if (!atomic_load(&place->taken))
            continue;
        uint32_t before = atomic_load(&place->version);
        load_bytes(&seen[count], &place->seen, sizeof seen[count]);
        atomic_thread_fence(memory_order_acquire);
        bool whole = before % 2 == 0 && before > 0 && atomic_load(&place->version) == before && atomic_load(&place->taken);
        seen[count].text[ACTIVITY_TEXT - 1] = '\0';
        count += whole;
    }
    return count;
}
