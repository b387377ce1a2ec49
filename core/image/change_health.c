/* HEALTHCHECK [--interval=30s …] CMD … | NONE */
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/image/change.h"
#include "core/image/documents.h"

#define MIN_NS 1000000 /* Docker takes no shorter ones */

static int wrong(const char *came, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "changes: HEALTHCHECK \"%s\": expected %s", came, expected);
}

/* "--interval=30s" */
static int read_flag(struct container_health *health, const char *flag, struct error **err)
{
    const struct {
        const char *name;
        int64_t *ns;
    } times[] = {
        { "--interval=", &health->interval },
        { "--timeout=", &health->timeout },
        { "--start-period=", &health->start_period },
        { "--start-interval=", &health->start_interval },
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (str_starts(flag, times[i].name)) {
            int64_t ns;
            if (clock_parse_duration(flag + strlen(times[i].name), &ns) < 0 || (ns && ns < MIN_NS))
                return wrong(flag, "a duration of at least 1ms, as 30s", err);
            *times[i].ns = ns;
            return 0;
        }
    if (!str_starts(flag, "--retries="))
        return wrong(flag, "--interval, --timeout, --start-period, --start-interval or --retries", err);
    health->retries = str_to_int(flag + strlen("--retries="));
    return health->retries < 0 ? wrong(flag, "a number of tries", err) : 0;
}

int image_change_health(struct arena *arena, struct image_config_run *run, const char *text, struct error **err)
{
    struct container_health health = { 0 };
    const char *at = text;
    while (str_starts(at, "--")) {
        size_t len = strcspn(at, " \t");
        if (read_flag(&health, arena_strndup(arena, at, len), err) < 0)
            return -1;
        at += len + strspn(at + len, " \t");
    }
    if (!strcasecmp(at, "NONE")) {
        str_list_add(arena, &health.test, "NONE");
    } else if (!strncasecmp(at, "CMD", 3) && strspn(at + 3, " \t")) {
        at += 3 + strspn(at + 3, " \t");
        struct str_list words = { 0 };
        bool list = image_change_list(arena, at, &words);
        str_list_add(arena, &health.test, list ? "CMD" : "CMD-SHELL");
        for (size_t i = 0; i < words.count; i++)
            str_list_add(arena, &health.test, words.items[i]);
        if (!list)
            str_list_add(arena, &health.test, at);
    }
    if (!health.test.count || (health.test.count == 1 && strcmp(health.test.items[0], "NONE")))
        return wrong(text, "CMD COMMAND or NONE", err);
    run->health = arena_zalloc(arena, sizeof health);
    *run->health = health;
    return 0;
}
