/* States and times in the words that clients show and parse. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/container/container.h"

const char *container_state_text(enum container_state state)
{
    switch (state) {
    case CONTAINER_RUNNING: return "running";
    case CONTAINER_PAUSED: return "paused";
    case CONTAINER_RESTARTING: return "restarting";
    case CONTAINER_EXITED: return "exited";
    case CONTAINER_REMOVING: return "removing";
    case CONTAINER_DEAD: return "dead";
    case CONTAINER_INITIALIZED: return "initialized";
    default: return "created";
    }
}

bool container_has_process(const struct container *ctr)
{
    return ctr->state == CONTAINER_INITIALIZED || ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED;
}

/* Docker's words for a span of time, as its tables show them. */
static char *span_text(int64_t ns)
{
    int64_t seconds = ns / CLOCK_SECOND, minutes = seconds / 60, hours = (minutes + 30) / 60;
    if (seconds < 1)
        return mem_strdup("Less than a second");
    if (seconds == 1)
        return mem_strdup("1 second");
    if (seconds < 60)
        return mem_printf("%lld seconds", (long long)seconds);
    if (minutes == 1)
        return mem_strdup("About a minute");
    if (minutes < 60)
        return mem_printf("%lld minutes", (long long)minutes);
    if (hours == 1)
        return mem_strdup("About an hour");
    if (hours < 48)
        return mem_printf("%lld hours", (long long)hours);
    if (hours < 24 * 14)
        return mem_printf("%lld days", (long long)hours / 24);
    if (hours < 24 * 60)
        return mem_printf("%lld weeks", (long long)hours / 24 / 7);
    if (hours < 24 * 365 * 2)
        return mem_printf("%lld months", (long long)hours / 24 / 30);
    return mem_printf("%lld years", (long long)hours / 24 / 365);
}

char *container_status_text(const struct container *ctr, int64_t now_unix_ns)
{
    static const char *const health_suffix[] = { "", " (health: starting)", " (healthy)", " (unhealthy)" };
    bool runs = ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED;
    autofree char *span = span_text(now_unix_ns - (runs ? ctr->started_unix_ns : ctr->finished_unix_ns));
    switch (ctr->state) {
    case CONTAINER_RUNNING: return mem_printf("Up %s%s", span, health_suffix[ctr->health]);
    case CONTAINER_PAUSED: return mem_printf("Up %s (Paused)", span);
    case CONTAINER_RESTARTING: return mem_printf("Restarting (%lld) %s ago", (long long)ctr->exit_code, span);
    case CONTAINER_EXITED: return mem_printf("Exited (%lld) %s ago", (long long)ctr->exit_code, span);
    case CONTAINER_REMOVING: return mem_strdup("Removal In Progress");
    case CONTAINER_DEAD: return mem_strdup("Dead");
    default: return mem_strdup("Created");
    }
}
