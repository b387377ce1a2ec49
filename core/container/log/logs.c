#include <string.h>

#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/log/stream.h"
#include "core/engine.h"

int container_logs_check(const struct container *ctr, struct error **err)
{
    const char *driver = str_or(ctr->spec->log_driver, "");
    if (!strcmp(driver, "none") || !strcmp(driver, "passthrough") || !strcmp(driver, "journald") ||
        str_empty(ctr->log_path))
        return error_set(err, ERROR_UNSUPPORTED, 0, "configured logging driver does not support reading: %s",
                         *driver ? driver : "none");
    return 0;
}

struct who {
    struct engine *engine;
    const char *id;
};

/* One that did not start yet lives, too: its follower waits for it. */
static bool is_live(void *context)
{
    const struct who *who = context;
    autoerror *gone = NULL;
    autocontainer *ctr = container_find(who->engine, who->id, &gone);
    if (!ctr)
        return false;
    switch (ctr->state) {
    case CONTAINER_EXITED:
    case CONTAINER_REMOVING:
    case CONTAINER_DEAD: return false;
    default: return true;
    }
}

int container_logs(struct engine *engine, const struct container *ctr, const struct container_log_query *query,
                   const struct sink *sink, struct error **err)
{
    if (!query->out && !query->err)
        return error_set(err, ERROR_INVALID, 0, "you must choose at least one stream");
    if (container_logs_check(ctr, err) < 0)
        return -1;
    struct who who = { engine, ctr->id };
    struct log_source source = { .path = ctr->log_path, .bell = engine->bell, .is_live = is_live, .context = &who };
    return log_send(&source, query, sink, err);
}
