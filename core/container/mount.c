#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/files/root.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/rules/rules.h"
#include "core/engine.h"
#include "core/event/event.h"

static int tell(struct engine *engine, struct arena *arena, const struct container *ctr, const char *action, struct error **err)
{
    const struct str_map attributes = container_event_attributes(arena, ctr);
    return event_add_now(engine, "container", action, ctr->id, &attributes, err);
}

int container_mount(struct engine *engine, struct arena *arena, const char *key, const struct container_rules *rules,
                    const char **ret_path, struct error **err)
{
    autocontainer *found = container_find(engine, key, err);
    if (!found || (rules && container_rules_check(engine, rules, found, err) < 0))
        return -1;
    autofd lock = container_lock(engine, found->id, "mount", err);
    autocontainer *ctr = lock < 0 ? NULL : container_repair(engine, found->id, err);
    if (!ctr || container_root_hold(engine, arena, ctr, CONTAINER_ROOT_CLIENT, ret_path, err) < 0)
        return -1;
    return tell(engine, arena, ctr, "mount", err);
}

int container_unmount(struct engine *engine, const char *key, struct error **err)
{
    autoarena *arena = arena_new();
    long long times = 0;
    autocontainer *found = container_find(engine, key, err);
    autofd lock = found ? container_lock(engine, found->id, "unmount", err) : -1;
    autocontainer *ctr = lock < 0 ? NULL : container_repair(engine, found->id, err);
    if (!ctr || container_root_clients(engine, ctr->id, &times, err) < 0)
        return -1;
    if (!times && container_root_runs(ctr))
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "cannot unmount storage for container %s as it is running or paused", ctr->id);
    if (!times)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not mounted", ctr->id);
    if (container_root_let_go(engine, ctr, CONTAINER_ROOT_CLIENT, err) < 0)
        return -1;
    return tell(engine, arena, ctr, "unmount", err);
}

static int add_mounted(struct engine *engine, struct arena *arena, const struct container *ctr, struct str_map *mounted,
                       struct error **err)
{
    long long times = 0;
    if (!container_root_runs(ctr) && container_root_clients(engine, ctr->id, &times, err) < 0)
        return -1;
    if (times || container_root_runs(ctr))
        str_map_set(arena, mounted, arena_strdup(arena, ctr->id), arena_printf(arena, "%s/mounts/%s", engine->run_dir, ctr->id));
    return 0;
}

int container_mounted(struct engine *engine, struct arena *arena, struct str_map *ret_mounted, struct error **err)
{
    static const struct container_filters all;
    autocontainers list = { 0 };
    *ret_mounted = (struct str_map){ 0 };
    if (container_list(engine, &all, true, 0, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (add_mounted(engine, arena, list.items[i], ret_mounted, err) < 0)
            return -1;
    return 0;
}
