#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/exit.h"
#include "core/container/row.h"

int container_restart(struct engine *engine, const char *key, const int64_t *timeout_s, const char *signal, struct error **err)
{
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return -1;
    if (container_stop_to_restart(engine, ctr->id, timeout_s, signal, err) < 0) {
        if ((*err)->kind != ERROR_NOT_MODIFIED)
            return -1;
        error_clear(err);
    }
    if (container_start(engine, ctr->id, err) < 0) {
        if ((*err)->kind != ERROR_NOT_MODIFIED) /* it did end, and somebody else was faster to start it */
            return -1;
        error_clear(err);
    }
    return row_change(engine, ctr, "restart", NULL, err, "UPDATE containers SET rev = rev + 1 WHERE id = ?1", "s", ctr->id);
}
