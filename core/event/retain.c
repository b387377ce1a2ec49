#include "core/event/retain.h"

#include <stdlib.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/state/state.h"

#define KEEP_BYTES (64LL << 20) /* some 250,000 events; events_logfile_max_size of containers.conf is stronger */
#define KEEP_NS (90LL * 24 * 3600 * CLOCK_SECOND)
#define LOOK_EVERY 64

/* "1000000", "500k", "1m", "2g", with or without "b" or "ib" behind; -1 when it is none */
static int64_t parse_bytes(const char *text)
{
    static const char units[] = "kmgt";
    char *end;
    long long number = strtoll(text, &end, 10);
    int64_t factor = 1;
    if (end == text || number < 0)
        return -1;
    for (size_t i = 0; *end && units[i]; i++) {
        factor *= 1024;
        if (strncasecmp(end, &units[i], 1))
            continue;
        end++;
        break;
    }
    if (*end && strcasecmp(end, "b") && strcasecmp(end, "ib"))
        return -1;
    int64_t bytes;
    return __builtin_mul_overflow((int64_t)number, factor, &bytes) ? -1 : bytes;
}

static int64_t limit_of(const struct engine *engine)
{
    int64_t asked = engine->config ? parse_bytes(engine->config->events_size_max) : -1;
    return asked > 0 ? asked : KEEP_BYTES;
}

int event_forget_old(struct engine *engine, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT id, total FROM events ORDER BY id DESC LIMIT 1", err);
    int row = stmt ? state_step(engine->state, stmt, err) : -1;
    if (row <= 0)
        return row;
    int64_t newest = sqlite3_column_int64(stmt, 0), total = sqlite3_column_int64(stmt, 1);
    sqlite3_reset(stmt);
    if (newest % LOOK_EVERY)
        return 0;
    int64_t limit = limit_of(engine);
    if (total > limit &&
        state_exec(engine->state, err,
                   "DELETE FROM events WHERE id < min(?1, (SELECT id FROM events WHERE total >= ?2 ORDER BY id LIMIT 1))", "ii",
                   newest, total - limit) < 0)
        return -1;
    return state_exec(engine->state, err, "DELETE FROM events WHERE time < ?1 AND id < ?2", "ii", clock_now() - KEEP_NS, newest);
}
