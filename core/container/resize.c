#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/attach/attach.h"
#include "core/container/container.h"
#include "core/container/runtime/conmon.h"
#include "core/engine.h"
#include "core/store/store.h"

/* While it starts is fine: clients send the size as soon as start was asked for. */
static bool has_terminal(enum container_state state)
{
    return state == CONTAINER_INITIALIZED || state == CONTAINER_RUNNING || state == CONTAINER_PAUSED || state == CONTAINER_STARTING;
}

int container_resize(struct engine *engine, const char *key, int64_t rows, int64_t columns, struct error **err)
{
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return -1;
    if (conmon_check_size(rows, columns, err) < 0)
        return -1;
    /* conmon drops a size that comes before the terminal: who waits to be attached keeps it until there is one. */
    bool waits = ctr->state == CONTAINER_STARTING || !has_terminal(ctr->state);
    if (waits && attach_keep_size(engine->attachments, ctr->id, rows, columns))
        return 0;
    if (!has_terminal(ctr->state))
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running", ctr->id);
    autoarena *arena = arena_new();
    return conmon_resize(store_container_dir(engine->store, arena, ctr->id), rows, columns, err);
}
