#include "core/container/attach/client.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/container/attach/pump.h"
#include "core/container/container.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/state/state.h"

/* Of one that is gone by now nothing is told any more. */
static int tell(struct engine *engine, struct arena *arena, const struct container *ctr, const char *action, struct str_map *attributes,
                struct error **err)
{
    if (state_enter(engine->state, err) < 0)
        return -1;
    int rc = 0;
    const char *name = row_name_now(engine, arena, ctr);
    if (name) {
        str_map_set(arena, attributes, "name", name);
        rc = event_add(engine, "container", action, ctr->id, attributes, err);
    }
    return state_leave(engine->state, rc, err);
}

void container_stream_event(struct engine *engine, const struct container *ctr, const char *action, const char *exec_id,
                            const int64_t *exit_code)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct str_map attributes = stream_event_attributes(arena, ctr, exec_id, exit_code);
    if (tell(engine, arena, ctr, action, &attributes, &err) < 0)
        log_debug("event %s of container %s is lost: %s", action, ctr->id, err->message);
}

struct str_map stream_event_attributes(struct arena *arena, const struct container *ctr, const char *exec_id,
                                       const int64_t *exit_code)
{
    struct str_map attributes = { 0 };
    for (size_t i = 0; i < ctr->labels.count; i++)
        str_map_set(arena, &attributes, ctr->labels.items[i].key, ctr->labels.items[i].value);
    str_map_set(arena, &attributes, "image", str_empty(ctr->image_name) ? ctr->image_id : ctr->image_name);
    str_map_set(arena, &attributes, "name", ctr->name);
    if (exec_id)
        str_map_set(arena, &attributes, "execID", exec_id);
    if (exit_code)
        str_map_set(arena, &attributes, "exitCode", arena_printf(arena, "%lld", (long long)*exit_code));
    return attributes;
}

int client_begin(const struct container_client *client, struct pump *pump, struct error **err)
{
    const void *early = NULL;
    size_t early_len = 0;
    int fd = -1;
    if (client->begin(client->context, &fd, &early, &early_len, err) < 0)
        return -1;
    pump->client = fd;
    pump->early = early;
    pump->early_len = early_len;
    return 0;
}
